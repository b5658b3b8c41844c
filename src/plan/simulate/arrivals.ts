import { exponential } from './draw.ts'
import type { Load } from './system.ts'

/**
 * When requests come: each makes the `next` of a `Load`, times in milliseconds from 0 on, and never ends unless
 * it says so. Rates are requests a second.
 */
type Next = Load['next']

/** A Poisson process: gaps are exponential. The first request comes after a gap. */
export function poisson(ratePerS: number, random: () => number): Next {
  const gapMs = exponential(meanGapMs(ratePerS), random)
  let at = 0
  return () => {
    at += gapMs()
    return at
  }
}

/** The n-th request, from 0, comes when exactly n are expected. */
export function even(ratePerS: number): Next {
  const gapMs = meanGapMs(ratePerS)
  let n = 0
  return () => gapMs * n++
}

export interface Bursts {
  /** The mean, over calm and bursts. */
  ratePerS: number
  /** How many times the calm rate is asked for in a burst. */
  times: number
  /** From the start of a burst until the next; what is first is calm. */
  everyMs: number
  lengthMs: number
}

/**
 * A Poisson process whose rate jumps up and down, made from one of rate 1 by rescaling time with the inverse of the
 * expected count (Çinlar, Introduction to Stochastic Processes, 1975, chapter 4).
 *
 * @throws {RangeError} where a burst is longer than what it is part of
 */
export function bursts({ ratePerS, times, everyMs, lengthMs }: Bursts, random: () => number): Next {
  const perMs = 1 / meanGapMs(ratePerS)
  if (!(lengthMs > 0 && lengthMs <= everyMs && times > 0))
    throw new RangeError(`Bursts of ${lengthMs} ms, ${times} times the rate, every ${everyMs} ms.`)
  const calmMs = everyMs - lengthMs
  const calmPerMs = (perMs * everyMs) / (calmMs + times * lengthMs)
  const calmCount = calmPerMs * calmMs
  const countEach = perMs * everyMs
  const step = exponential(1, random)
  let period = 0
  let inPeriod = 0
  return () => {
    inPeriod += step()
    while (inPeriod >= countEach) {
      inPeriod -= countEach
      period++
    }
    const within =
      inPeriod < calmCount
        ? inPeriod / calmPerMs
        : calmMs + (inPeriod - calmCount) / (calmPerMs * times)
    return period * everyMs + Math.min(within, everyMs) // rounded, it may be beyond
  }
}

/**
 * Gaps that were seen, in their order, again and again, all stretched by one factor so that the mean rate is what is
 * asked. The first request comes at 0.
 *
 * @throws {RangeError} where there is no gap longer than 0
 */
export function trace(gapsMs: readonly number[], ratePerS: number): Next {
  const total = gapsMs.reduce((sum, gap) => sum + gap, 0)
  if (!(total > 0)) throw new RangeError('A trace needs a gap between requests that is not 0.')
  const stretch = meanGapMs(ratePerS) / (total / gapsMs.length)
  const gaps = Float64Array.from(gapsMs, (gap) => gap * stretch)
  let at = 0
  let index = -1
  return () => {
    if (index >= 0) at += gaps[index]!
    index = index + 1 < gaps.length ? index + 1 : 0
    return at
  }
}

/** These times, ascending, once. */
export function fixed(timesMs: readonly number[]): Next {
  let index = 0
  return () => timesMs[index++]
}

function meanGapMs(ratePerS: number): number {
  if (!(ratePerS > 0 && ratePerS < Number.POSITIVE_INFINITY))
    throw new RangeError(`A rate of requests is above 0 a second and finite, not ${ratePerS}.`)
  return 1000 / ratePerS
}
