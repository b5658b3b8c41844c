import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { endAndTake, type JobEnd, type TakenJob, type Taker } from './end-and-take.ts'
import { isRefusal } from './refusal.ts'

/**
 * Takes jobs while there is room, and writes down how they end. There is one question to Redis at a time: what
 * ends meanwhile goes with the next one, so under load one question is about many jobs.
 *
 *     idle ──mark──▶ ask ──jobs, or ends to write──▶ ask … ──nothing left──▶ idle
 */
export interface TakeLoop {
  start(): void
  /** There may be more room than before. */
  look(): void
  /**
   * Resolves when the end is written: to true, or to false where another worker has the job by now. While
   * Redis refuses it is tried again. @throws what ended the connection, when this worker stops
   */
  end(end: JobEnd): Promise<boolean>
  /** Takes no more. Resolves when nothing is on its way here any more; what came has been told. */
  stop(): Promise<void>
  /** Says to other workers that jobs wait, where they do: this one may have taken the mark. */
  passOn(): Promise<void>
}

// A step in Redis of about a millisecond: longer ones would hold up everybody else.
const mostAtOnce = 50
// While the threads have work at hand, ends wait for others to go with: less than half of what prefetch.ts
// has them hold ahead.
const gatherMs = 25
const retryMs = 500

interface LoopOptions {
  redis: Redis
  taker: Taker
  /** Resolves when there may be a job. */
  untilMarked(): Promise<void>
  /** Jobs that may be taken now, if `ending` of those at hand are about to leave. */
  room(ending: number): number
  /** Whether the threads have enough to do for a while, if `ending` of the jobs at hand are about to leave. */
  isBusy(ending: number): boolean
  onTaken(job: TakenJob): void
  onError(error: Error): void
}

export function createTakeLoop({
  redis,
  taker,
  untilMarked,
  room,
  isBusy,
  onTaken,
  onError,
}: LoopOptions): TakeLoop {
  let ends: Ending[] = []
  let asking = false
  let scheduled = false
  let stopped = true
  /** The last time it was asked, there was less than there was room for. */
  let empty = false
  let waiting = false
  let gathering: NodeJS.Timeout | undefined
  let questions = 0
  let marks = 0
  let idle = Promise.withResolvers<void>()
  idle.resolve()
  const name = randomUUID()

  function look(): void {
    if (scheduled || asking) return
    if (ends.length < mostAtOnce && isBusy(ends.length)) {
      gathering ??= setTimeout(lookNow, gatherMs)
      return
    }
    lookNow()
  }

  function lookNow(): void {
    clearTimeout(gathering)
    gathering = undefined
    if (scheduled || asking) return
    scheduled = true
    // Jobs that end in the same turn go together.
    setImmediate(() => {
      scheduled = false
      if (!asking) void ask()
    })
  }

  async function ask(): Promise<void> {
    const some = ends.slice(0, mostAtOnce)
    const free = stopped ? 0 : Math.min(mostAtOnce, room(some.length))
    if (some.length === 0 && (free <= 0 || empty)) {
      if (free > 0) waitForMark()
      return
    }
    asking = true
    idle = Promise.withResolvers()
    try {
      await askOnce(some, Math.max(0, free))
    } catch (error) {
      await giveUpOrWait(some, error as Error)
    }
    asking = false
    idle.resolve()
    look()
  }

  async function askOnce(some: Ending[], want: number): Promise<void> {
    const token = `${name}:${++questions}`
    const marksBefore = marks
    const { ended, taken } = await endAndTake(redis, taker, {
      ends: some.map(({ end }) => end),
      want,
      token,
    })
    ends = ends.slice(some.length)
    for (const [index, { resolve }] of some.entries()) resolve(ended[index] ?? false)
    // Where a mark has come meanwhile, a job may have come after this question was answered.
    if (want > 0) empty = taken.length < want && marks === marksBefore
    for (const job of taken) onTaken(job)
  }

  /** What Redis has refused is kept; what it cannot do, or will not hear of any more, is told. */
  async function giveUpOrWait(some: Ending[], error: Error): Promise<void> {
    if (!stopped) onError(error)
    if (stopped || !isRefusal(error)) {
      ends = ends.slice(some.length)
      for (const { reject } of some) reject(error)
    }
    if (!stopped) await sleep(retryMs)
  }

  function waitForMark(): void {
    if (waiting) return
    waiting = true
    void untilMarked().then(() => {
      waiting = false
      empty = false
      marks++
      // It may be full by now, and has taken a mark that would have woken another worker.
      if (!stopped && room(0) > 0) look()
      else passOn().catch(onError)
    })
  }

  async function passOn(): Promise<void> {
    await endAndTake(redis, taker, { ends: [], want: 0, token: '' })
  }

  return {
    look,
    start() {
      stopped = false
      look()
    },
    end: (end) =>
      new Promise((resolve, reject) => {
        ends.push({ end, resolve, reject })
        look()
      }),
    async stop() {
      stopped = true
      const { promise } = idle
      lookNow()
      await promise
    },
    passOn,
  }
}

interface Ending {
  end: JobEnd
  resolve(written: boolean): void
  reject(error: Error): void
}
