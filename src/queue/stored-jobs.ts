import type { Redis } from 'ioredis'
import { cancelJob } from './cancel.ts'
import { type ClientBudget, settle } from './client-budget.ts'
import { inBatches } from './in-batches.ts'
import { resultKey } from './keys.ts'
import { JobOver } from './queue-errors.ts'
import { readStoredJobs, type StoredJob } from './stored-job.ts'
import { type JobView, viewOf } from './view.ts'

interface StoredJobsOptions {
  redis: Redis
  /** Asks when Redis is there, and explains its errors. */
  asking<T>(question: () => Promise<T>): Promise<T>
  resultTtlS: number
  budget: ClientBudget
}

// A step in Redis of less than a millisecond.
const mostAtOnce = 50

/** The jobs that Redis holds, for a server that looks at them, or cancels them. */
export function createStoredJobs({ redis, asking, resultTtlS, budget }: StoredJobsOptions) {
  const read = inBatches((ids: string[]) => asking(() => readStoredJobs(redis, ids)), mostAtOnce)

  /** The job, unless it has been over for so long that it is as good as forgotten. */
  async function known(id: string): Promise<StoredJob | undefined> {
    const stored = await read(id)
    return stored !== undefined && isForgotten(stored) ? undefined : stored
  }

  function isForgotten({ finishedAt }: StoredJob): boolean {
    return finishedAt !== undefined && finishedAt + resultTtlS * 1000 < Date.now()
  }

  /** A large result is in a key of its own; a job whose result is forgotten is forgotten. */
  async function withResult(view: JobView): Promise<JobView | undefined> {
    if (!view.resultApart) return view
    const json = await asking(() => redis.get(resultKey(view.job.id)))
    return json === null ? undefined : { ...view, resultJson: json }
  }

  async function find(id: string): Promise<JobView | undefined> {
    const stored = await known(id)
    return stored && withResult(viewOf(stored))
  }

  async function cancel(id: string, requestId: string): Promise<JobView | undefined> {
    const outcome = await asking(() => cancelJob(redis, id, requestId))
    const stored = outcome === 'unknown' ? undefined : await known(id)
    if (stored === undefined) return undefined
    const view = viewOf(stored)
    if (outcome === 'over') throw new JobOver(view.job.state)
    const { client, costMs = 0 } = stored.data ?? {}
    // What was never run costs nothing; for the rest, its worker settles.
    if (outcome === 'cancelled' && client !== undefined && stored.attempts === 0)
      settle(redis, budget, { client, costMs, cpuMs: 0 }).catch(() => {})
    return view
  }

  return { read, known, isForgotten, withResult, find, cancel }
}
