import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Wish } from './metronome-thread.ts'

/** Rings at given times: what makes requests leave when they are due. */
export interface Metronome {
  /**
   * Calls `ring` for each of the `times`, ascending, when it has come, or as soon after it as the event
   * loop gets to it. Resolves after the last, or when `signal` is aborted.
   *
   * @param times milliseconds since `origin`
   * @param origin as performance.now() has it
   */
  run<T extends { due: number }>(
    times: Iterator<T>,
    origin: number,
    ring: (time: T) => void,
    signal: AbortSignal,
  ): Promise<void>
  stop(): Promise<void>
}

/**
 * It rings so often in one turn of the event loop; answers are read between turns. Who sends all that a pause
 * has left behind at once opens a connection for each, since no answer that has come meanwhile has been read.
 */
const mostInTurn = 16
/** The thread is told so much before, since it takes about as long until its bell is heard. */
const aheadMs = 0.4
/** It rings no oftener than that: at high rates several requests leave together. */
const apartMs = 0.5
/** The last moments before a due time are spent looking at the clock, where the next is as far as this. */
const calmMs = 4

/**
 * Starts it. Requests leave within about 0.1 ms of when they are due, at a cost of 3% of a core at 100
 * requests a second; timers of the event loop alone would be 0.6 ms late on the average.
 */
export async function startMetronome(): Promise<Metronome> {
  const shared = new SharedArrayBuffer(16)
  const wish: Wish = { number: new Int32Array(shared, 0, 1), at: new Float64Array(shared, 8, 1) }
  const thread = new Worker(new URL('./metronome-thread.ts', import.meta.url), { workerData: wish })
  await once(thread, 'online')

  function wakeAt(time: number): void {
    wish.at[0] = performance.timeOrigin + time
    Atomics.add(wish.number, 0, 1)
    Atomics.notify(wish.number, 0)
  }

  async function run<T extends { due: number }>(
    times: Iterator<T>,
    origin: number,
    ring: (time: T) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { promise: over, resolve: end } = Promise.withResolvers<void>()
    let next = times.next()
    let far: NodeJS.Timeout | undefined
    let isCalm = false
    const step = () => {
      clearTimeout(far)
      let now = performance.now()
      let rung = 0
      while (!next.done && origin + next.value.due <= now) {
        if (signal.aborted) break
        if (++rung > mostInTurn) {
          setImmediate(step)
          return
        }
        ring(next.value)
        isCalm = false
        next = times.next()
        now = performance.now()
      }
      if (next.done || signal.aborted) return end()
      const restMs = origin + next.value.due - now
      isCalm ||= restMs > calmMs
      if (restMs > 1000) far = setTimeout(step, restMs - 500)
      else if (!isCalm) wakeAt(now + Math.max(apartMs, restMs))
      else if (restMs > aheadMs) wakeAt(now + restMs - aheadMs)
      else setImmediate(step)
    }
    const abort = () => end()
    thread.on('message', step)
    signal.addEventListener('abort', abort, { once: true })
    step()
    try {
      await over
    } finally {
      clearTimeout(far)
      thread.off('message', step)
      signal.removeEventListener('abort', abort)
    }
  }

  async function stop(): Promise<void> {
    Atomics.store(wish.number, 0, -1)
    Atomics.notify(wish.number, 0)
    await once(thread, 'exit')
  }

  return { run, stop }
}
