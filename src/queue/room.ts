import { drainWindowS } from './count-backlog.ts'
import type { RedisMemory } from './redis-memory.ts'

/** What may wait in the queue. */
export interface QueueLimits {
  jobs: number
  /** Estimated CPU time, in milliseconds. */
  costMs: number
}

/** The queue as its bounds see it. */
export interface QueueState {
  waiting: number
  /** Estimated CPU time of what waits, in milliseconds. */
  costMs: number
  /** Jobs that ended in the last ten seconds. */
  ended: number
  memory: RedisMemory
}

/** As much waits as may. The message says which bound was reached, its value, and how long. */
export class QueueFull extends Error {
  /** Jobs that wait. */
  readonly waiting: number
  /** When there will be room again, as far as can be told. */
  readonly retryAfterS: number
  constructor(detail: string, waiting: number, retryAfterS: number) {
    super(`${detail}; try again in ${retryAfterS} s`)
    this.name = 'QueueFull'
    this.waiting = waiting
    this.retryAfterS = retryAfterS
  }
}

// At its limit with `noeviction`, Redis refuses the commands that fetch and end jobs too: nothing would
// ever drain again. The rest is for the workers.
const memoryShare = 0.8
// Room for a tenth of the limit: were it for one job, all but one of those refused would come in vain.
const roomShare = 0.1
const unknownS = 30
const longestS = 300

/**
 * Why no job may come in now; undefined where one may. A bound refuses once it is reached, whatever the
 * job costs that comes next: so it is passed by one job at most, and no job is too large to come in.
 */
export function refusal(state: QueueState, limits: QueueLimits): QueueFull | undefined {
  const { waiting, costMs, memory } = state
  const retryS = () => untilRoomS(state, limits)
  if (waiting >= limits.jobs)
    return new QueueFull(`${waiting} jobs wait already, and ${limits.jobs} may`, waiting, retryS())
  if (costMs >= limits.costMs)
    return new QueueFull(
      `jobs of about ${seconds(costMs)} of CPU time wait already, and ${seconds(limits.costMs)} may`,
      waiting,
      retryS(),
    )
  if (memory.limit > 0 && memory.used > memoryShare * memory.limit)
    return new QueueFull(
      `Redis uses ${percent(memory.used / memory.limit)} of its memory, and jobs may take it to ${percent(memoryShare)}`,
      waiting,
      unknownS, // when results are forgotten, or jobs end: that cannot be told
    )
  return undefined
}

/**
 * Seconds until a tenth of each bound is free, at the rate at which jobs ended in the last ten seconds.
 * They are taken to cost what those that wait do, on average.
 */
function untilRoomS({ waiting, costMs, ended }: QueueState, limits: QueueLimits): number {
  const jobsPerS = ended / drainWindowS
  if (jobsPerS === 0) return unknownS
  const jobsOver = waiting - (1 - roomShare) * limits.jobs
  const costOver = costMs - (1 - roomShare) * limits.costMs
  const jobsForCost = waiting === 0 ? 0 : costOver / (costMs / waiting)
  const jobs = Math.max(jobsOver, costOver > 0 ? jobsForCost : 0)
  return Math.min(longestS, Math.max(1, Math.ceil(jobs / jobsPerS)))
}

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`
const percent = (share: number) => `${Math.round(100 * share)}%`
