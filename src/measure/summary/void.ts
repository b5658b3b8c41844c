import { formatDuration } from '../../report/duration.ts'
import { rounded } from '../../report/words.ts'
import type { RequestRecord } from '../records/record.ts'
import type { Trial } from '../records/run.ts'
import { isFelt, toleratedLagMs } from './lateness.ts'
import type { Percentiles } from './schema.ts'

type PerKind = Record<RequestRecord['kind'], Percentiles>

/** Cores. It has one; near its end, it measures itself. */
const toleratedCpu = 0.95

const otherwise = 'lower the rate, or run the generator on another machine'

/**
 * Why the figures of a trial must not be used, in words for people: the service had other work, or the generator
 * did not send what was due when it was due. Null: they may be used, for all that is known; of a trial that
 * nobody saw to its end, that is no more than its records tell, `unsent` of which were not sent.
 *
 * It is judged by the 90th percentiles of each kind of request, or what a smaller sample supports. A
 * generator that shares its machine with busy cores is late now and then without having fallen behind:
 * the figures that it may have raised are marked (`lateness.ts`).
 */
export function whyVoid(
  { generator, before }: Trial,
  { unsent, lag, latency }: { unsent: number; lag: PerKind; latency: PerKind },
): string | null {
  if (before === 'busy')
    return 'the service was still busy with the trial before; let clients give up later, or lower the rate'
  const held = Math.max(unsent, generator?.unsent ?? 0)
  if (held > 0) {
    const requests = held === 1 ? 'request was' : 'requests were'
    const open = generator === null ? '' : ` ${generator.openMax} were open already,`
    return (
      `${held} ${requests} due and not sent, because${open} as many as may be from one process` +
      `${generator === null ? ' were open already' : ''}; lower the rate, or let clients give up sooner`
    )
  }
  const kinds = ['task', 'bystander'] as const
  // It is one generator for both: beside many requests, a few that were late by chance tell nothing.
  const isLarge = kinds.some((kind) => lag[kind].p90 !== null)
  for (const kind of kinds) {
    if (isLarge && lag[kind].p90 === null) continue
    const late = isLate(lag[kind], latency[kind])
    if (late !== null) return `${kind} requests were sent ${late}; ${otherwise}`
  }
  if (generator !== null && generator.cpu >= toleratedCpu)
    return `the generator used ${rounded(generator.cpu)} of the one core that it can use; ${otherwise}`
  return null
}

function isLate(lag: Percentiles, latency: Percentiles): string | null {
  const at = highest(lag)
  const lateMs = lag[at]
  if (lateMs === null || lateMs <= toleratedLagMs) return null
  const late = `up to ${formatDuration(lateMs)} late (${at})`
  const tookMs = latency[at] ?? latency.max
  if (tookMs === null) return `${late}, and none completed`
  if (!isFelt(lateMs, tookMs)) return null
  const share = rounded((100 * lateMs) / tookMs)
  return `${late}, ${share}% of their latency of ${formatDuration(tookMs)}`
}

function highest({ p90, p50 }: Percentiles): 'p90' | 'p50' | 'max' {
  if (p90 !== null) return 'p90'
  return p50 === null ? 'max' : 'p50'
}
