import { formatDuration } from '../../report/duration.ts'
import type { TrialSummary } from '../summary/schema.ts'
import type { Trials } from './trials.ts'

/**
 * Why the throughput of trials cannot be compared; null: it can. What is under way when a trial ends is missing
 * from its throughput, the more, the longer results take. What the warm-up left under way at the start
 * makes up for it, if that was long enough for the first results to have come.
 */
export function whyThroughputLacks(
  used: Trials,
  warmUpMs: { a: number; b: number },
): string | null {
  const [a, b] = [longestOf(used.a), longestOf(used.b)]
  if (warmUpMs.a >= a && warmUpMs.b >= b) return null
  const longest = Math.max(a, b)
  const warmUp = formatDuration(Math.min(warmUpMs.a, warmUpMs.b))
  const enough = formatDuration(Math.ceil(longest / 1000) * 1000)
  return (
    `results took up to ${formatDuration(longest)}, but the warm-up was ${warmUp}: what is under way when ` +
    `a trial ends is missing from its throughput; measure with a warm-up of at least ${enough}`
  )
}

function longestOf(trials: readonly TrialSummary[]): number {
  return trials.reduce((longest, { latencyMs }) => Math.max(longest, latencyMs.max ?? 0), 0)
}
