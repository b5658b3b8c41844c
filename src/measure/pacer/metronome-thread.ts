import { parentPort, workerData } from 'node:worker_threads'

/**
 * Waits for moments on behalf of a thread that must not: timers of an event loop are late by up to a
 * millisecond, a futex by some tens of microseconds.
 */

export interface Wish {
  /** Counts the wishes; below 0: there will be none any more. */
  number: Int32Array<SharedArrayBuffer>
  /** When to ring, in milliseconds since 1970. */
  at: Float64Array<SharedArrayBuffer>
}

const { number, at } = workerData as Wish
let known = 0
for (;;) {
  Atomics.wait(number, 0, known)
  known = Atomics.load(number, 0)
  if (known < 0) break
  if (isTime()) parentPort?.postMessage(known)
}

/** Returns true at the time that was wished, false when there is another wish. */
function isTime(): boolean {
  while (Atomics.load(number, 0) === known) {
    const restMs = at[0]! - (performance.timeOrigin + performance.now())
    if (restMs <= 0) return true
    // It may also be woken for the wish that it knows already, by a bell that came late.
    Atomics.wait(number, 0, known, restMs)
  }
  return false
}
