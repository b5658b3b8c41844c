import type { ConditionSummary } from './schema.ts'

/**
 * Jobs that waited, over the counted time of one trial, out of samples in the order of their time. What a
 * sample saw stands until the next one, the last until the end: the mean is weighted by time.
 */
export class QueueDepth {
  readonly durationMs: number
  #newest: { at: number; waiting: number } | undefined
  #jobMs = 0
  #ms = 0
  #max = 0

  constructor(durationMs: number) {
    this.durationMs = durationMs
  }

  /** One from outside the counted time is left out. */
  add(at: number, waiting: number): void {
    if (at < 0 || at > this.durationMs) return
    this.#until(at)
    this.#newest = { at, waiting }
    this.#max = Math.max(this.#max, waiting)
  }

  /** Of several trials together; null where no sample was within any of them. */
  static of(depths: readonly QueueDepth[]): ConditionSummary['queueDepth'] {
    const seen = depths.filter((depth) => depth.#newest !== undefined)
    if (seen.length === 0) return null
    for (const depth of seen) depth.#until(depth.durationMs)
    const ms = sum(seen.map((depth) => depth.#ms))
    const max = Math.max(...seen.map((depth) => depth.#max))
    // Seen in the last moment only, it has no time to be weighted by.
    const mean = ms > 0 ? sum(seen.map((depth) => depth.#jobMs)) / ms : max
    return { mean, max }
  }

  #until(at: number): void {
    if (this.#newest === undefined) return
    const ms = Math.max(0, at - this.#newest.at)
    this.#jobMs += this.#newest.waiting * ms
    this.#ms += ms
    this.#newest = { ...this.#newest, at: Math.max(at, this.#newest.at) }
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
