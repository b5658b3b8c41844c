import { createRandom } from '../../random.ts'
import { meanOf, withoutBadOnes } from './centre.ts'
import { normalQuantile, studentQuantile } from './quantiles.ts'

/**
 * How sure one can be of an effect, by the bootstrap. What is drawn again and again is whole trials:
 * requests within one share its luck and are not independent.
 *
 * The interval is Hesterberg's expanded percentile interval (What Teachers Should Know About the
 * Bootstrap, The American Statistician 69, 2015), expanded by stretching it about the effect and not by
 * moving to quantiles further out: at 99% and few trials those lie beyond anything that is ever drawn.
 * It is wider than the plain one by √(n / (n − 1)), for the bootstrap's variance is too small by that,
 * and by t / z, for the variance is not known but reckoned from n trials.
 *
 * Why so, from 1,000 or more simulated comparisons at 99% each, with normal noise of 10% a trial. In n = 6,
 * 8, 10, 20 pairs, no difference was rightly inside the plain percentile interval in 91.9, 95.3, 95.9,
 * 98.2% of cases; expanded by quantiles in 95.8, 98.3, 98.4, 99.0%; by bootstrap-t in 98.8, 99.1, 98.4,
 * 99.0%, with intervals up to four tenths wider than stretched ones, which held it in 98.7, 99.3, 98.9,
 * 98.9%. What this file does, with bad trials brought nearer (`centre.ts`): 98.4, 98.8, 98.3, 99.4% with
 * normal noise, and 98.8 to 99.8% with t₃ and exponential noise and with one trial in ten or twenty taking
 * three times as long. Two samples: 98.1 to 100% of all these.
 */

export interface BootstrapOptions {
  /** How often the interval holds the true effect, such as 0.99. */
  confidence: number
  seed: number
  /** How often trials are drawn anew. */
  resamples?: number
}

/** An effect with its interval, in the unit of what was given: for logs of ratios, the log of a ratio. */
export interface Effect {
  estimate: number
  low: number
  high: number
}

/**
 * The centre of differences between two trials of one pair each, and its interval. Bad trials are brought nearer
 * first (`centre.ts`).
 *
 * @param differences 2 or more
 */
export function pairedEffect(differences: readonly number[], options: BootstrapOptions): Effect {
  const sample = withoutBadOnes(differences)
  const { resamples = 10_000, seed } = options
  const random = createRandom(seed)
  const drawn = Float64Array.from({ length: resamples }, () => resampledMean(sample, random))
  return stretchedInterval(meanOf(sample), drawn, sample.length, options)
}

/**
 * By how much the centre of `b` is above that of `a`, and its interval: for trials that make no pairs. Each
 * sample is cleaned and drawn by itself; the smaller one says how far to stretch, which is never too
 * little (Hsu 1938).
 *
 * @param a 2 or more, as `b`
 */
export function twoSampleEffect(
  a: readonly number[],
  b: readonly number[],
  options: BootstrapOptions,
): Effect {
  const [before, after] = [withoutBadOnes(a), withoutBadOnes(b)]
  const { resamples = 10_000, seed } = options
  const random = createRandom(seed)
  const drawn = Float64Array.from(
    { length: resamples },
    () => resampledMean(after, random) - resampledMean(before, random),
  )
  const smaller = Math.min(a.length, b.length)
  return stretchedInterval(meanOf(after) - meanOf(before), drawn, smaller, options)
}

/** A part of a whole, such as those of a trial's requests that failed. */
export interface Part {
  part: number
  whole: number
}

/**
 * By how much the share that the parts have of their wholes is larger in `b` than in `a`, and its interval: in
 * pairs, the n-th of one with the n-th of the other, or two samples. Nothing is brought nearer: a trial in
 * which much failed is what is looked for. Where nothing differed, 2,000 simulated comparisons each of 8, 10
 * and 20 trials of 50 requests, with 2 to 50% failing and up to three whole trials in ten, had an interval
 * above 0 in 0 to 0.9% at 99%.
 *
 * @param a 2 or more, as `b`
 */
export function shareEffect(
  a: readonly Part[],
  b: readonly Part[],
  { paired, ...options }: BootstrapOptions & { paired: boolean },
): Effect {
  const { resamples = 10_000, seed } = options
  const random = createRandom(seed)
  const draw = (n: number) => Uint32Array.from({ length: n }, () => Math.floor(random() * n))
  const drawn = Float64Array.from({ length: resamples }, () => {
    const inA = draw(a.length)
    const inB = paired ? inA : draw(b.length)
    return shareOf(b, inB) - shareOf(a, inA)
  })
  const estimate = shareOf(b, b.keys()) - shareOf(a, a.keys())
  return stretchedInterval(estimate, drawn, Math.min(a.length, b.length), options)
}

function shareOf(parts: readonly Part[], indices: Iterable<number>): number {
  let [part, whole] = [0, 0]
  for (const index of indices) {
    part += parts[index]!.part
    whole += parts[index]!.whole
  }
  return whole === 0 ? 0 : part / whole
}

function resampledMean(sample: readonly number[], random: () => number): number {
  const n = sample.length
  let sum = 0
  for (let i = 0; i < n; i++) sum += sample[Math.floor(random() * n)]!
  return sum / n
}

function stretchedInterval(
  estimate: number,
  drawn: Float64Array,
  n: number,
  { confidence }: BootstrapOptions,
): Effect {
  const tail = (1 - confidence) / 2
  const stretch = Math.sqrt(n / (n - 1)) * (studentQuantile(tail, n - 1) / normalQuantile(tail))
  drawn.sort()
  return {
    estimate,
    low: estimate - stretch * (estimate - quantile(drawn, tail)),
    high: estimate + stretch * (quantile(drawn, 1 - tail) - estimate),
  }
}

/** Between the two nearest of sorted values; the k-th of N stands for k / (N + 1). */
function quantile(sorted: Float64Array, q: number): number {
  const place = Math.min(sorted.length - 1, Math.max(0, q * (sorted.length + 1) - 1))
  const below = Math.floor(place)
  const value = sorted[below]!
  return value + (place - below) * ((sorted[below + 1] ?? value) - value)
}
