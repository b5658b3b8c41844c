import type { RateShape } from '../scenario/schema.ts'
import { rateLaw } from './rate-law.ts'

/**
 * What a shape of rate is over a trial that lasts `durationMs`. Times are milliseconds since its first
 * counted request was due, rates are requests a second. Before and after the trial nothing is due.
 */

/** The rate at a time. */
export function rateAt(shape: RateShape, durationMs: number, atMs: number): number {
  return rateLaw(shape, durationMs).rateAt(atMs)
}

/** Requests due before a time, with fractions: the integral of the rate. */
export function expectedBy(shape: RateShape, durationMs: number, atMs: number): number {
  return rateLaw(shape, durationMs).expectedBy(atMs)
}

/**
 * The inverse of `expectedBy`: when the n-th request is due, from 0. Where nothing is due for a while, the
 * end of that while. Undefined: not before the end of the trial.
 */
export function timeOf(shape: RateShape, durationMs: number, n: number): number | undefined {
  return rateLaw(shape, durationMs).timeOf(n)
}

/** Requests a second over the whole trial. */
export function meanRate(shape: RateShape, durationMs: number): number {
  return expectedBy(shape, durationMs, durationMs) / (durationMs / 1000)
}

/** In requests a second, at the moment when it is highest. */
export function highestRate(shape: RateShape): number {
  switch (shape.shape) {
    case 'constant':
      return shape.rate
    case 'ramp':
      return Math.max(shape.from, shape.to)
    case 'step':
      return Math.max(...shape.rates)
    case 'bursts':
      return Math.max(shape.rate, shape.burst)
  }
}

export interface Level {
  fromMs: number
  toMs: number
  /** The mean within. */
  offeredPerS: number
}

const rampLevels = 10

/**
 * The stretches in which the rate is one, or nearly: each step, tenths of a ramp, else the whole trial
 * (bursts and what lies between them are not contiguous).
 */
export function levels(shape: RateShape, durationMs: number): Level[] {
  const law = rateLaw(shape, durationMs)
  const count = levelCount(shape)
  return Array.from({ length: count }, (_, index) => {
    const fromMs = (index * durationMs) / count
    const toMs = ((index + 1) * durationMs) / count
    const offered = law.expectedBy(toMs) - law.expectedBy(fromMs)
    return { fromMs, toMs, offeredPerS: (offered * 1000) / (toMs - fromMs) }
  })
}

function levelCount(shape: RateShape): number {
  if (shape.shape === 'step') return shape.rates.length
  return shape.shape === 'ramp' ? rampLevels : 1
}

/** More steps than these are not told one by one. */
const stepsTold = 8

/** For people: `5/s`, `ramp 1 to 10/s`, `steps 1, 2, 4/s`, `2/s with bursts of 20/s`. */
export function describeRate(shape: RateShape): string {
  switch (shape.shape) {
    case 'constant':
      return `${shape.rate}/s`
    case 'ramp':
      return `ramp ${shape.from} to ${shape.to}/s`
    case 'step': {
      const { rates } = shape
      if (rates.length <= stepsTold) return `steps ${rates.join(', ')}/s`
      return `${rates.length} steps ${rates[0]} to ${rates.at(-1)}/s`
    }
    case 'bursts':
      return `${shape.rate}/s with bursts of ${shape.burst}/s`
  }
}
