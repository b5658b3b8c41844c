import {
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  Float64Histogram,
} from 'hdr-histogram-js'
import { UsageError } from '../../usage-error.ts'
import type { Percentiles } from './schema.ts'

/** Longer times count as this one in percentiles, in microseconds: a day. */
const longestUs = 86_400e6

const stated = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999 } as const

/**
 * Any number of durations in little memory: an HDR histogram of microseconds with three significant
 * digits (Gil Tene, https://hdrhistogram.org). Count, mean and maximum are exact, to the microsecond. A percentile is the
 * nearest rank, which is to say the smallest duration with at least that share of all at or below it;
 * it is stated to within 0.1% (below half a millisecond, to within half a microsecond).
 */
export class Latencies {
  #counts: Float64Histogram | undefined
  /** In the place of `#counts` while these are packed away. */
  #packed: string | undefined
  #count = 0
  #sumMs = 0
  #maxMs = 0

  /** How many there are. */
  get count(): number {
    return this.#count
  }

  /** Adds one, in milliseconds. What is below 0 (a timer may be a little early) counts as 0. */
  add(ms: number): void {
    const duration = Math.max(0, ms)
    this.#unpacked().recordValue(Math.min(Math.round(duration * 1000), longestUs))
    this.#count++
    this.#sumMs += duration
    this.#maxMs = Math.max(this.#maxMs, duration)
  }

  /** Adds all of another one, which stays as it is. */
  merge(other: Latencies): void {
    if (other.#count === 0) return
    this.#unpacked().add(other.#readable())
    this.#count += other.#count
    this.#sumMs += other.#sumMs
    this.#maxMs = Math.max(this.#maxMs, other.#maxMs)
  }

  /** In milliseconds; null where the sample is too small, see `beyond`. */
  percentiles(): Percentiles {
    const values = new Map(
      this.valuesAt(Object.values(stated)).map(({ quantile, ms }) => [quantile, ms]),
    )
    return {
      count: this.#count,
      mean: this.#count > 0 ? toMicroseconds(this.#sumMs / this.#count) : null,
      p50: values.get(stated.p50) ?? null,
      p90: values.get(stated.p90) ?? null,
      p99: values.get(stated.p99) ?? null,
      p999: values.get(stated.p999) ?? null,
      max: this.#count > 0 ? toMicroseconds(this.#maxMs) : null,
    }
  }

  /** As many values, each for an equal share of all: those in the middles of the shares, ascending. */
  middles(number: number): number[] {
    const counts = this.#readable()
    let index = -1
    let below = 0
    return Array.from({ length: this.#count === 0 ? 0 : number }, (_, nth) => {
      const rank = Math.ceil(((nth + 0.5) / number) * this.#count)
      while (below < rank) below += counts.getCountAtIndex(++index)
      return Math.min(middleOf(counts, index) / 1000, this.#maxMs)
    })
  }

  /** The durations at these quantiles (0 to 1), without those that the sample does not support; 1 is the maximum. */
  valuesAt(quantiles: readonly number[]): { quantile: number; ms: number }[] {
    if (this.#count === 0) return []
    const supported = quantiles
      .filter((quantile) => quantile === 1 || isSupported(this.#count, quantile))
      .toSorted((a, b) => a - b)
    const counts = this.#readable()
    let index = -1
    let below = 0
    return supported.map((quantile) => {
      if (quantile === 1) return { quantile, ms: this.#maxMs }
      const rank = Math.max(1, this.#count - beyond(this.#count, quantile))
      while (below < rank) below += counts.getCountAtIndex(++index)
      return { quantile, ms: Math.min(middleOf(counts, index) / 1000, this.#maxMs) }
    })
  }

  /** The histogram in its compressed V2 form, in base64: what other HDR tools read. */
  encode(): string {
    return this.#packed ?? toText(this.#readable())
  }

  /**
   * From `encode`. Mean and maximum are not in that form: they are as good as percentiles then.
   *
   * @throws {UsageError} where it is no histogram
   */
  static decode(text: string): Latencies {
    const latencies = new Latencies()
    const counts = fromText(text)
    for (let index = 0; index < counts.countsArrayLength; index++) {
      const count = counts.getCountAtIndex(index)
      if (count === 0) continue
      latencies.#maxMs = middleOf(counts, index) / 1000
      latencies.#count += count
      latencies.#sumMs += count * latencies.#maxMs
    }
    latencies.#counts = counts
    return latencies
  }

  /** Takes a hundredth of the memory from now on, until the next one is added. */
  pack(): void {
    if (this.#counts === undefined) return
    this.#packed = toText(this.#counts)
    this.#counts = undefined
  }

  /** To be changed. */
  #unpacked(): Float64Histogram {
    this.#counts = this.#readable()
    this.#packed = undefined
    return this.#counts
  }

  /** What is packed away stays so. */
  #readable(): Float64Histogram {
    return this.#counts ?? (this.#packed === undefined ? emptyCounts() : fromText(this.#packed))
  }
}

/**
 * How many of `count` values lie beyond a quantile (0 to 1) by the nearest rank: count × (1 − quantile),
 * rounded down. What is added keeps 1000 × (1 − 0.999), which floats get wrong, at 1.
 */
export function beyond(count: number, quantile: number): number {
  return Math.floor(count * (1 - quantile) + 1e-6)
}

/** At least one value lies beyond: 1000 values support 0.999, 999 do not; 0.5 needs 2. */
export function isSupported(count: number, quantile: number): boolean {
  return beyond(count, quantile) >= 1
}

function emptyCounts(): Float64Histogram {
  const counts = new Float64Histogram(1, 2, 3)
  counts.autoResize = true
  return counts
}

function middleOf(counts: Float64Histogram, index: number): number {
  const lowest = counts.valueFromIndex(index)
  return lowest + (counts.sizeOfEquivalentValueRange(lowest) - 1) / 2
}

function toText(counts: Float64Histogram): string {
  return encodeIntoCompressedBase64(counts)
}

function fromText(text: string): Float64Histogram {
  try {
    const counts = decodeFromCompressedBase64(text, 64, false)
    if (!(counts instanceof Float64Histogram)) throw new TypeError('another kind')
    counts.autoResize = true
    return counts
  } catch {
    throw new UsageError(
      `"${text.slice(0, 20)}" is no HDR histogram in the compressed V2 form, base64`,
    )
  }
}

function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
