import type { Counted } from './count-backlog.ts'
import type { RedisMemory } from './redis-memory.ts'
import type { QueueState } from './room.ts'

/**
 * What waits in the queue, known well enough to bound it without asking Redis for each job: counted
 * afresh ten times a second while it is asked for, and by what this process has added since. With N servers the
 * limits can be passed by what the others add within a tenth of a second; within one, where Redis is slow to count or
 * nobody has asked for so long.
 */
export interface Backlog {
  /** What is known; undefined where that is too old to be used. */
  known(): QueueState | undefined
  /** What Redis counts now. */
  refreshed(): Promise<QueueState>
  /** This process has added a job of this cost. */
  grew(costMs: number): void
}

export interface BacklogSource {
  count(): Promise<Counted>
  memory(): Promise<RedisMemory>
}

const freshMs = 100
const usableMs = 1000
const memoryFreshMs = 1000

export function createBacklog(
  source: BacklogSource,
  now: () => number = () => performance.now(),
): Backlog {
  let counted: Counted = { waiting: 0, costMs: 0, ended: 0 }
  let memory: RedisMemory = { used: 0, limit: 0 }
  let added = { jobs: 0, costMs: 0 }
  let countedAt = Number.NEGATIVE_INFINITY
  let measuredAt = Number.NEGATIVE_INFINITY
  let refreshing: Promise<void> | undefined

  function refresh(): Promise<void> {
    refreshing ??= ask().finally(() => {
      refreshing = undefined
    })
    return refreshing
  }

  async function ask(): Promise<void> {
    const before = added
    const measures = now() - measuredAt >= memoryFreshMs
    const [count, measured] = await Promise.all([
      source.count(),
      measures ? source.memory() : undefined,
    ])
    counted = count
    // What was added while Redis counted may be in the count or not: it stays counted here, once.
    added = { jobs: added.jobs - before.jobs, costMs: added.costMs - before.costMs }
    countedAt = now()
    if (measured === undefined) return
    memory = measured
    measuredAt = countedAt
  }

  const state = (): QueueState => ({
    waiting: counted.waiting + added.jobs,
    costMs: counted.costMs + added.costMs,
    ended: counted.ended,
    memory,
  })

  return {
    known() {
      const age = now() - countedAt
      if (age > usableMs) return undefined
      if (age > freshMs) refresh().catch(() => {}) // the add that follows tells the client
      return state()
    },
    async refreshed() {
      await refresh()
      return state()
    },
    grew(costMs) {
      added = { jobs: added.jobs + 1, costMs: added.costMs + costMs }
    },
  }
}
