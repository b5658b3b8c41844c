import type { Log } from '../log.ts'
import { bellsByName } from './bells.ts'
import { workConnection } from './connection.ts'
import { followJobs } from './job-events.ts'
import { type Producer, QueueAway } from './producer.ts'
import { isOver, type JobView } from './view.ts'

/** Watches jobs on behalf of requests. */
export interface Watch {
  /**
   * The job when it is over, or as it is after `ms` milliseconds or when `signal` is aborted;
   * undefined when there is no such job. @throws {QueueAway}
   */
  untilOver(id: string, ms: number, signal: AbortSignal): Promise<JobView | undefined>
  /**
   * The job as it is, then again whenever it has changed, until it is over, forgotten, or `signal` is
   * aborted. Who reads slowly misses what lies between, never the end. While Redis is away nothing comes.
   *
   * @throws {QueueAway} where Redis is away from the beginning
   */
  follow(id: string, signal: AbortSignal): AsyncGenerator<JobView, void, undefined>
  close(): Promise<void>
}

// The events stream is shared by all jobs, so it is read only while somebody waits, and a little longer.
const idleMs = 10_000
// Redis keeps about 1,000 events: one may be missed in a storm, or while Redis is away.
const rereadMs = 4000

/**
 * Reads BullMQ's events stream from where it ended before the job was looked at, so nothing falls
 * between looking and listening.
 */
export function createWatch(producer: Producer, redisUrl: string, log: Log): Watch {
  const bells = bellsByName()
  const reads = new Map<string, Promise<JobView | undefined>>()
  let unfollow: (() => void) | undefined
  let opening: Promise<void> | undefined
  let idle: NodeJS.Timeout | undefined

  async function listen(): Promise<void> {
    clearTimeout(idle)
    if (unfollow) return
    opening ??= open().finally(() => {
      opening = undefined
    })
    await opening
  }

  async function open(): Promise<void> {
    const from = await producer.lastEventId()
    unfollow = followJobs(workConnection(redisUrl, log), from, bells.ring)
  }

  function rest(): void {
    clearTimeout(idle)
    idle = setTimeout(() => {
      if (bells.size() === 0) stop()
    }, idleMs).unref()
  }

  function stop(): void {
    clearTimeout(idle)
    unfollow?.()
    unfollow = undefined
  }

  /** All who hear of a job at the same time read it once. */
  function read(id: string): Promise<JobView | undefined> {
    const begun = reads.get(id)
    if (begun !== undefined) return begun
    const reading = producer.find(id)
    reads.set(id, reading)
    // Not longer: what happens after the reading has begun needs another one.
    setImmediate(() => reads.delete(id))
    return reading
  }

  /** The job now, and after every ring of its bell; `patient`: also when Redis goes away in between. */
  async function* look(
    id: string,
    signal: AbortSignal,
    { untilMs = Number.POSITIVE_INFINITY, patient = false } = {},
  ): AsyncGenerator<JobView | undefined, void, undefined> {
    const bell = bells.hang(id)
    signal.addEventListener('abort', bell.ring, { once: true })
    try {
      await listen()
      for (let first = true; ; first = false) {
        const heard = bell.heard()
        const view = await read(id).catch((error) => {
          if (patient && !first && error instanceof QueueAway) return 'away' as const
          throw error
        })
        if (view !== 'away') yield view
        const leftMs = untilMs - performance.now()
        if (signal.aborted || leftMs <= 0) return
        const timer = setTimeout(bell.ring, Math.min(leftMs, rereadMs * (1 + Math.random() / 4)))
        await heard
        clearTimeout(timer)
      }
    } finally {
      signal.removeEventListener('abort', bell.ring)
      bell.remove()
      if (bells.size() === 0) rest()
    }
  }

  async function untilOver(
    id: string,
    ms: number,
    signal: AbortSignal,
  ): Promise<JobView | undefined> {
    let last: JobView | undefined
    for await (last of look(id, signal, { untilMs: performance.now() + ms }))
      if (last === undefined || isOver(last.job.state)) break
    return last
  }

  async function* follow(
    id: string,
    signal: AbortSignal,
  ): AsyncGenerator<JobView, void, undefined> {
    let shown = ''
    for await (const view of look(id, signal, { patient: true })) {
      if (view === undefined) return
      const { state, progress, attempts, worker } = view.job
      const now = `${state} ${progress} ${attempts} ${worker}`
      if (now === shown) continue
      shown = now
      yield view
      if (isOver(state)) return
    }
  }

  return {
    untilOver,
    follow,
    async close() {
      await opening?.catch(() => {})
      stop()
    },
  }
}
