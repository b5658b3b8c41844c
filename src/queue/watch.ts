import type { Log } from '../log.ts'
import { workConnection } from './connection.ts'
import { followJobs } from './job-events.ts'
import type { Producer } from './producer.ts'
import { isOver, type JobView } from './record.ts'

/** Waits for jobs to end, on behalf of requests. */
export interface Watch {
  /**
   * The job when it is over, or as it is after `ms` milliseconds or when `signal` is aborted;
   * undefined when there is no such job.
   */
  untilOver(id: string, ms: number, signal: AbortSignal): Promise<JobView | undefined>
  close(): Promise<void>
}

// The events stream is shared by all jobs, so it is read only while somebody waits, and a little longer.
const idleMs = 10_000
// Redis keeps about 10,000 events: one may be missed in a storm, or while Redis is away.
const rereadMs = 2000

/**
 * Reads BullMQ's events stream from where it ended before the job was looked at, so nothing falls
 * between looking and listening.
 */
export function createWatch(producer: Producer, redisUrl: string, log: Log): Watch {
  const waiting = new Map<string, Set<() => void>>()
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
    unfollow = followJobs(workConnection(redisUrl, log), from, (id) => {
      for (const wake of waiting.get(id) ?? []) wake()
    })
  }

  function rest(): void {
    clearTimeout(idle)
    idle = setTimeout(() => {
      if (waiting.size === 0) stop()
    }, idleMs).unref()
  }

  function stop(): void {
    clearTimeout(idle)
    unfollow?.()
    unfollow = undefined
  }

  async function untilOver(
    id: string,
    ms: number,
    signal: AbortSignal,
  ): Promise<JobView | undefined> {
    const until = performance.now() + ms
    const bell = ring(waiting, id)
    const onAbort = () => bell.ring()
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      await listen()
      for (;;) {
        const heard = bell.heard()
        const view = await producer.find(id)
        const left = until - performance.now()
        if (view === undefined || isOver(view.job.state) || left <= 0 || signal.aborted) return view
        const timer = setTimeout(bell.ring, Math.min(left, rereadMs))
        await heard
        clearTimeout(timer)
      }
    } finally {
      signal.removeEventListener('abort', onAbort)
      bell.remove()
      if (waiting.size === 0) rest()
    }
  }

  return {
    untilOver,
    async close() {
      await opening?.catch(() => {})
      stop()
    },
  }
}

/** A bell that others ring under a name, and that can be listened to again and again. */
function ring(bells: Map<string, Set<() => void>>, name: string) {
  let next = Promise.withResolvers<void>()
  const strike = () => next.resolve()
  const named = bells.get(name) ?? new Set()
  bells.set(name, named.add(strike))
  return {
    ring: strike,
    heard() {
      next = Promise.withResolvers()
      return next.promise
    },
    remove() {
      named.delete(strike)
      if (named.size === 0) bells.delete(name)
    },
  }
}
