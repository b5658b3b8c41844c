import { Histogram } from './distribution.ts'
import type { Outcome } from './system.ts'

/**
 * Counts what becomes of requests, and takes averages over the time from the first counted arrival until the last.
 * Times are milliseconds.
 */
export class Tally {
  arrived = 0
  completed = 0
  refused = 0
  expired = 0
  repeated = 0
  readonly #latencyMs = new Histogram()
  readonly #waitMs = new Histogram()
  readonly #runMs = new Histogram()

  #isOpen = false
  #fromMs = 0
  #untilMs = 0
  #busyCoresMs = 0
  #runningMs = 0
  #waitingMs = 0
  #mostWaiting = 0

  /** How many of those that are counted have not ended. */
  get pending(): number {
    return this.arrived - this.completed - this.refused - this.expired
  }

  complete(waitMs: number, runMs: number, overheadMs: number): void {
    this.completed++
    this.#waitMs.add(waitMs)
    this.#runMs.add(runMs)
    this.#latencyMs.add(waitMs + runMs + overheadMs)
  }

  /** Averages begin. */
  open(atMs: number): void {
    this.#isOpen = true
    this.#fromMs = atMs
    this.#untilMs = atMs
  }

  /** So it was until now, from the last time on. */
  pass(atMs: number, busyCores: number, running: number, waiting: number): void {
    if (!this.#isOpen) return
    const ms = atMs - this.#untilMs
    this.#untilMs = atMs
    this.#busyCoresMs += ms * busyCores
    this.#runningMs += ms * running
    this.#waitingMs += ms * waiting
    if (waiting > this.#mostWaiting) this.#mostWaiting = waiting
  }

  /** Averages end, with so many that wait. */
  close(waiting: number): void {
    this.#isOpen = false
    this.#mostWaiting = Math.max(this.#mostWaiting, waiting)
  }

  /** `cores` and `threads` are those of all instances, whether they are there or away. */
  outcome({ cores, threads }: { cores: number; threads: number }): Outcome {
    const { arrived, completed, refused, expired, repeated } = this
    const spanMs = this.#untilMs - this.#fromMs
    const over = (sum: number) => (spanMs > 0 ? sum / spanMs : 0)
    return {
      arrived,
      completed,
      refused,
      expired,
      repeated,
      latencyMs: this.#latencyMs.toDistribution(),
      waitMs: this.#waitMs.toDistribution(),
      runMs: this.#runMs.toDistribution(),
      utilisation: over(this.#busyCoresMs) / cores,
      occupancy: over(this.#runningMs) / threads,
      waiting: { mean: over(this.#waitingMs), max: this.#mostWaiting },
      spanMs,
    }
  }
}
