import type { Distribution } from './system.ts'

/** Each doubling is cut into 2 ** mantissaBits bins: the middle of one is within 0.1% of all in it. */
const mantissaBits = 9
const binsPerDoubling = 2 ** mantissaBits
/** From 2 ** lowest to 2 ** highest milliseconds: a picosecond to a million years. What is less counts as 0. */
const [lowest, highest] = [-30, 45]
const binCount = (highest - lowest) * binsPerDoubling

/** The upper half of a double holds its exponent, then its first 20 mantissa bits (IEEE 754). */
const double = new Float64Array(1)
const halves = new Uint32Array(double.buffer)
const upper = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0
const dropped = 20 - mantissaBits
/** What the bits kept of 2 ** lowest are; bin 0 is before. */
const before = ((1023 + lowest) << mantissaBits) - 1

/**
 * Takes down durations in milliseconds: in bins of equal ratio, as HDR histograms do (Gil Tene,
 * https://hdrhistogram.org), but by the bits of the number itself, so that to add one takes a few nanoseconds.
 */
export class Histogram {
  readonly #counts = new Uint32Array(binCount + 1)
  #count = 0
  #sum = 0
  #min = Number.POSITIVE_INFINITY
  #max = 0

  /** What is below 0, by rounding, counts as 0. */
  add(ms: number): void {
    const duration = Math.max(0, ms)
    this.#counts[binOf(duration)]!++
    this.#count++
    this.#sum += duration
    if (duration < this.#min) this.#min = duration
    if (duration > this.#max) this.#max = duration
  }

  /** All that was added so far, in little memory: only the bins from the least to the largest are kept. */
  toDistribution(): Distribution {
    if (this.#count === 0) return new Bins(0, 0, 0, 0, 0, new Uint32Array(0))
    const first = binOf(this.#min)
    const upTo = this.#counts.slice(first, binOf(this.#max) + 1)
    for (let bin = 1; bin < upTo.length; bin++) upTo[bin]! += upTo[bin - 1]!
    const mean = this.#sum / this.#count
    return new Bins(this.#count, mean, this.#min, this.#max, first, upTo)
  }
}

class Bins implements Distribution {
  readonly count: number
  readonly mean: number
  readonly max: number
  readonly #min: number
  readonly #first: number
  /** How many are in a bin, counted from the first one, and in those before. */
  readonly #upTo: Uint32Array

  constructor(
    count: number,
    mean: number,
    min: number,
    max: number,
    first: number,
    upTo: Uint32Array,
  ) {
    this.count = count
    this.mean = mean
    this.max = max
    this.#min = min
    this.#first = first
    this.#upTo = upTo
  }

  quantile(share: number): number {
    if (this.count === 0) return 0
    // What is added keeps 1000 × (1 − 0.999), which floats get wrong, at 1: as in a summary of `measure`.
    const beyond = Math.floor(this.count * (1 - share) + 1e-6)
    const rank = Math.max(1, this.count - beyond)
    if (rank >= this.count) return this.max
    const bin = this.#first + this.#upTo.findIndex((upTo) => upTo >= rank)
    return Math.min(Math.max(middleOf(bin), this.#min), this.max)
  }
}

function binOf(ms: number): number {
  double[0] = ms
  const bin = (halves[upper]! >>> dropped) - before
  return Math.min(Math.max(0, bin), binCount)
}

function middleOf(bin: number): number {
  return bin === 0 ? 0 : (startOf(bin) + startOf(bin + 1)) / 2
}

function startOf(bin: number): number {
  halves[upper] = (bin + before) << dropped
  halves[1 - upper] = 0
  return double[0]!
}
