import { createRandom } from '../../random.ts'
import type { RateShape, Scenario } from '../scenario/schema.ts'
import { meanRate, rateAt } from './rate.ts'
import { type RateLaw, rateLaw } from './rate-law.ts'

/** Streams of one seed: what is counted is the same whatever the warm-up. */
const streams = { counted: 0, warmUp: 1, rise: 2 } as const

export interface Pace {
  rate: RateShape
  durationMs: number
  /** 0: none. */
  warmUpMs: number
  spacing: Scenario['spacing']
  seed: number
}

/**
 * When requests are due, ascending, in milliseconds: from `-warmUpMs` up to, and not at, `durationMs`; 0 is
 * where the counted ones begin. Nothing but its input decides, above all not how long answers take: the
 * load is open-loop. It is lazy; times are computed as they are asked for.
 *
 * - `even`: the k-th request, from 0, is due when exactly k are expected.
 * - `poisson`: a Poisson process with the shape's rate, made from one of rate 1 by rescaling time with the
 *   inverse of the expected count (Çinlar, Introduction to Stochastic Processes, 1975, chapter 4; Brown
 *   et al., The Time-Rescaling Theorem, Neural Computation 14, 2002).
 *
 * The warm-up rises to the rate of time 0 (where that is 0, the trial's mean) in its first half, and stays there
 * in the second: a cold service that gets its full load at once opens a thousand connections first.
 */
export function* dueTimes({
  rate,
  durationMs,
  warmUpMs,
  spacing,
  seed,
}: Pace): Generator<number, void, undefined> {
  const positions = (stream: number) =>
    spacing === 'even' ? wholeNumbers() : unitPoisson(createRandom(seed, stream))
  if (warmUpMs > 0) {
    const calm = rateAt(rate, durationMs, 0) || meanRate(rate, durationMs)
    const halfMs = warmUpMs / 2
    const rise = rateLaw({ shape: 'ramp', from: 0, to: calm }, halfMs)
    for (const ms of timesOf(rise, positions(streams.rise))) yield ms - warmUpMs
    const law = rateLaw({ shape: 'constant', rate: calm }, halfMs)
    for (const ms of timesOf(law, positions(streams.warmUp))) yield ms - halfMs
  }
  yield* timesOf(rateLaw(rate, durationMs), positions(streams.counted))
}

function* timesOf(law: RateLaw, positions: Iterable<number>): Generator<number, void, undefined> {
  for (const n of positions) {
    const ms = law.timeOf(n)
    if (ms === undefined) return
    yield ms
  }
}

function* wholeNumbers(): Generator<number, never, undefined> {
  for (let k = 0; ; k++) yield k
}

/** A Poisson process of rate 1: its gaps are exponential with mean 1. */
function* unitPoisson(random: () => number): Generator<number, never, undefined> {
  for (let at = 0; ; ) {
    at -= Math.log(1 - random())
    yield at
  }
}
