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

/** Why no number of instances can meet the question; null: nothing says that. */
export function whyImpossible(deployment: Deployment, factor: number): string | null {
  return (
    whyTooSlow(deployment, factor) ??
    whyTooLate(deployment, factor) ??
    whyTooShortLived(deployment, factor)
  )
}

function whyTooSlow(deployment: Deployment, factor: number): string | null {
  for (const { share, ms } of deployment.question.targets) {
    const least = leastLatencyMs(deployment, share, factor)
    if (least > ms)
      return (
        `even without any wait ${outOf(share)} take up to ${formatDuration(least)}, ` +
        `and ${formatDuration(ms)} is asked`
      )
  }
  return null
}

/** What is ended by its deadline, or ends after it, is not done by any time: it counts against each target, too. */
function whyTooLate({ question, work }: Deployment, factor: number): string | null {
  const { targets, deadlineMs, refusedAtMost } = question
  if (deadlineMs === null) return null
  const slots = slotMs(work, factor)
  const late = slots.filter((each) => each > deadlineMs).length / slots.length
  const most = Math.max(...targets.map(({ share }) => share))
  if (late <= refusedAtMost && late <= 1 - most + 1e-9) return null
  const asked = late <= refusedAtMost ? `, and ${outOf(most)} are to be done` : ''
  return (
    `${outOf(late)} tasks take longer than the deadline of ${formatDuration(deadlineMs)}, ` +
    `even if they begin at once${asked}`
  )
}

/** An instance that dies within ten tasks hardly ends one that is longer than others. */
const tasksALife = 10

function whyTooShortLived({ question, work }: Deployment, factor: number): string | null {
  if (question.failures === null) return null
  const { meanBetweenMs, downMs } = question.failures
  const slots = slotMs(work, factor)
  const taskMs = slots.reduce((sum, each) => sum + each, 0) / slots.length
  const leastMs = Math.max(tasksALife * taskMs, downMs)
  if (meanBetweenMs >= leastMs) return null
  const why =
    leastMs === downMs
      ? `they are away for ${formatDuration(downMs)} each time`
      : `a task takes ${formatDuration(taskMs)}`
  return `instances die after ${formatDuration(meanBetweenMs)} and ${why}: they must last for ${formatDuration(leastMs)} on average`
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
