import { formatDuration } from '../../report/duration.ts'
import { type Deployment, slotMs } from './deployment.ts'
import { outOf } from './words.ts'

/** What no number of instances changes: a request that waits for nobody takes its run and its overhead. */

/**
 * The time within which a share (0 to 1) of requests is done that wait for nobody and run alone: each run time with
 * each overhead. To within a microsecond.
 */
export function leastLatencyMs(deployment: Deployment, share: number, factor: number): number {
  const runs = slotMs(deployment.work, factor)
  const overheads = deployment.known.overheadMs
  const needed = Math.ceil(share * runs.length * overheads.length - 1e-6)
  let low = runs[0]! + overheads[0]!
  let high = runs.at(-1)! + overheads.at(-1)!
  if (pairsWithin(runs, overheads, low) >= needed) return low
  while (high - low > 0.001) {
    const middle = (low + high) / 2
    if (pairsWithin(runs, overheads, middle) >= needed) high = middle
    else low = middle
  }
  return high
}

/** Why no number of instances can meet the targets; null: nothing says that. */
export function whyImpossible(deployment: Deployment, factor: number): string | null {
  const { targets, deadlineMs, refusedAtMost } = deployment.question
  for (const { share, ms } of targets) {
    const least = leastLatencyMs(deployment, share, factor)
    if (least > ms)
      return (
        `even without any wait ${outOf(share)} take up to ${formatDuration(least)}, ` +
        `and ${formatDuration(ms)} is asked`
      )
  }
  if (deadlineMs === null) return null
  const slots = slotMs(deployment.work, factor)
  const late = slots.filter((each) => each > deadlineMs).length / slots.length
  if (late <= refusedAtMost) return null
  return (
    `${outOf(late)} tasks take longer than the deadline of ${formatDuration(deadlineMs)}, ` +
    'even if they begin at once'
  )
}

/** How many pairs of one from either have a sum of at most `ms`; both ascend. */
function pairsWithin(a: Float64Array, b: readonly number[], ms: number): number {
  let count = 0
  let within = b.length
  for (const value of a) {
    while (within > 0 && value + b[within - 1]! > ms) within--
    count += within
  }
  return count
}
