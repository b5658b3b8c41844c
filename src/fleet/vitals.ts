import type { ListenOptions } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import type { Instance } from '../api/fleet.ts'

/**
 * The vitals of this process. A blocked event loop cannot tell that it is blocked, so the loop only
 * leaves marks in shared memory, and a thread reads them, adds what can be seen from outside (memory,
 * CPU, for how long the loop has been silent) and tells Redis.
 */

/** Cells of the shared memory, one float each. */
export const cell = {
  turnedAt: 0,
  hits: 1,
  running: 2,
  draining: 3,
  p99Ms: 4,
  utilisation: 5,
} as const
export const cells = Object.keys(cell).length

export interface WatcherData {
  id: string
  role: Instance['role']
  redisUrl: string
  startedAt: string
  marks: Float64Array
  feed?: FeedSettings
}

/** What the thread tells the main one: that it tells the live fleet now, or what keeps it from that. */
export interface WatcherNews {
  trouble?: string
}

/** How the live fleet is told, by the thread. */
export interface FeedSettings {
  listen: ListenOptions
  /** Jobs that may wait in the queue. */
  queueLimit: number
}

// Each look wakes the process up, when it is idle as well: on two cores, looks of four processes each 10 ms are felt.
const delayEveryMs = 25

/** How often the loop leaves a mark, in milliseconds. */
export const markEveryMs = 50

export interface Vitals {
  hit(): void
  draining(): void
  /** Leaves a mark now: the loop is about to be blocked. */
  mark(): void
  /**
   * Aborted as soon as the thread tells the live fleet: who is told it by the event loop, which may be
   * blocked at any time, is better off there.
   */
  readonly threadTells: AbortSignal
  /** Starts telling. */
  start(): void
  /** Takes this instance off the roster. */
  stop(): Promise<void>
}

/** Of an instance that tells nothing, VITALS=off: the fleet does not know it. */
export function noVitals(): Vitals {
  return {
    hit() {},
    draining() {},
    mark() {},
    threadTells: new AbortController().signal,
    start() {},
    async stop() {},
  }
}

export function createVitals({
  id,
  role,
  redisUrl,
  running,
  feed,
  onTrouble = () => {},
}: {
  id: string
  role: Instance['role']
  redisUrl: string
  /** Tasks that run in this process now. */
  running: () => number
  /** Nobody is told the live fleet here without it. */
  feed?: FeedSettings | undefined
  /** The live fleet cannot be told as it should. */
  onTrouble?: (error: Error) => void
}): Vitals {
  const marks = new Float64Array(new SharedArrayBuffer(8 * cells))
  const startedAt = new Date(performance.timeOrigin).toISOString()
  const threadTells = new AbortController()
  let watcher: Worker | undefined
  let timer: NodeJS.Timeout | undefined

  function start(): void {
    leaveMarks()
    watcher = new Worker(new URL('./watcher.ts', import.meta.url), {
      workerData: {
        ...{ id, role, redisUrl, startedAt, marks },
        ...(feed === undefined ? {} : { feed }),
      } satisfies WatcherData,
    })
    watcher.on('message', ({ trouble }: WatcherNews) => {
      if (trouble === undefined) threadTells.abort()
      else onTrouble(new Error(trouble))
    })
    watcher.on('error', () => {}) // vitals are missing then; the service goes on
    watcher.unref()
  }

  function leaveMarks(): void {
    const delay = monitorEventLoopDelay({ resolution: delayEveryMs })
    delay.enable()
    let last = performance.eventLoopUtilization()
    let seconds = performance.now()
    timer = setInterval(() => {
      mark()
      if (performance.now() - seconds < 1000) return
      seconds = performance.now()
      const now = performance.eventLoopUtilization()
      marks[cell.utilisation] = performance.eventLoopUtilization(now, last).utilization
      last = now
      // What it reads when idle is its own resolution.
      marks[cell.p99Ms] = Math.max(0, delay.percentile(99) / 1e6 - delayEveryMs)
      delay.reset()
    }, markEveryMs).unref()
    mark()
  }

  function mark(): void {
    marks[cell.turnedAt] = Date.now()
    marks[cell.running] = running()
  }

  return {
    threadTells: threadTells.signal,
    mark,
    hit() {
      marks[cell.hits]! += 1
    },
    draining() {
      marks[cell.draining] = 1
    },
    start,
    async stop() {
      clearInterval(timer)
      if (watcher === undefined) return
      const gone = new Promise<void>((resolve) => watcher?.once('exit', () => resolve()))
      watcher.postMessage('leave')
      await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 500))])
    },
  }
}
