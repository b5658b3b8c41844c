import { bursts, even, poisson, trace } from '../simulate/arrivals.ts'
import type { Load } from '../simulate/system.ts'
import type { Arrivals } from './plan.ts'

/** The question's arrivals as the simulator and theory take them. */

export function arrivalTimes(
  arrivals: Arrivals,
  ratePerS: number,
  random: () => number,
): Load['next'] {
  switch (arrivals.kind) {
    case 'poisson':
      return poisson(ratePerS, random)
    case 'even':
      return even(ratePerS)
    case 'bursts':
      return bursts({ ...arrivals, ratePerS }, random)
    case 'trace':
      return trace(arrivals.gapsMs, ratePerS)
  }
}

/** Squared coefficient of variation of the gaps; of bursts the one within them, and between. */
export function arrivalScv(arrivals: Arrivals): number {
  if (arrivals.kind === 'even') return 0
  if (arrivals.kind !== 'trace') return 1
  const { gapsMs } = arrivals
  const mean = gapsMs.reduce((sum, gap) => sum + gap, 0) / gapsMs.length
  const variance = gapsMs.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gapsMs.length
  return variance / mean ** 2
}

/** The rate within bursts; else the mean, of which a trace says nothing more. */
export function peakRatePerS(arrivals: Arrivals, ratePerS: number): number {
  if (arrivals.kind !== 'bursts') return ratePerS
  const { times, everyMs, lengthMs } = arrivals
  return (times * ratePerS) / (1 + ((times - 1) * lengthMs) / everyMs)
}

/** After so many requests arrivals are as they were: a calm time with its burst, a whole trace; else 1. */
export function requestsACycle(arrivals: Arrivals, ratePerS: number): number {
  if (arrivals.kind === 'trace') return arrivals.gapsMs.length
  if (arrivals.kind === 'bursts')
    return Math.max(1, Math.round((ratePerS * arrivals.everyMs) / 1000))
  return 1
}

/** As many pieces of a trace are taken: one for each part of it. */
const pieces = 20

/**
 * Arrivals whose cycle has no more requests than `most`: calm and bursts that are as much shorter, or pieces of the
 * trace, evenly over all of it.
 */
export function cyclesWithin(arrivals: Arrivals, ratePerS: number, most: number): Arrivals {
  const requests = requestsACycle(arrivals, ratePerS)
  if (requests <= most) return arrivals
  if (arrivals.kind === 'bursts') {
    const share = most / requests
    const { everyMs, lengthMs } = arrivals
    return { ...arrivals, everyMs: everyMs * share, lengthMs: lengthMs * share }
  }
  if (arrivals.kind !== 'trace') return arrivals
  const each = Math.floor(most / pieces)
  const gapsMs = Array.from({ length: pieces }, (_, index) => {
    const from = Math.floor((index * requests) / pieces)
    return arrivals.gapsMs.slice(from, from + each)
  }).flat()
  // Pieces that are all at one moment tell nothing.
  return gapsMs.some((gap) => gap > 0) ? { ...arrivals, gapsMs } : arrivals
}
