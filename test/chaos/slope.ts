/** One measured value. */
export interface Sample {
  /** Seconds since the start. */
  atS: number
  value: number
}

/** How a series develops, by a straight line through it. */
export interface Slope {
  perHour: number
  /** Half the width of the 95% confidence interval of `perHour`; infinite where a line says nothing. */
  confidence: number
  mean: number
  samples: number
  /** By how much the last third is above the first, as a share of that: it needs no straight line. */
  rise: number
}

/**
 * Ordinary least squares. What memory a process keeps depends on what it kept a minute ago, so samples are
 * worth less than their number: the interval counts those that would say as much if they were independent,
 * by the lag-1 autocorrelation of the residuals. Santer et al., "Statistical significance of trends and
 * trend differences", J. Geophys. Res. 105 (2000), equations 4 to 6; of short series the autocorrelation
 * comes out too small, which Kendall's (1 + 4r)/n makes up for.
 */
export function slopeOf(samples: readonly Sample[]): Slope {
  const count = samples.length
  const mean = average(samples.map(({ value }) => value))
  const meanS = average(samples.map(({ atS }) => atS))
  const spread = sumOf(samples.map(({ atS }) => (atS - meanS) ** 2))
  const rise = riseOf(samples.map(({ value }) => value))
  const unknown = { confidence: Number.POSITIVE_INFINITY, mean, samples: count, rise }
  if (count < 3 || spread === 0) return { perHour: 0, ...unknown }
  const perS = sumOf(samples.map(({ atS, value }) => (atS - meanS) * (value - mean))) / spread
  const residuals = samples.map(({ atS, value }) => value - mean - perS * (atS - meanS))
  const squares = sumOf(residuals.map((each) => each ** 2))
  const products = sumOf(residuals.slice(1).map((each, i) => each * residuals[i]!))
  const seen = squares < 1e-12 * mean ** 2 ? 0 : products / squares
  const lag1 = Math.min(0.99, Math.max(0, seen + (1 + 4 * seen) / count))
  const freedom = (count * (1 - lag1)) / (1 + lag1) - 2
  if (freedom < MIN_FREEDOM) return { perHour: perS * 3600, ...unknown }
  const error = Math.sqrt(squares / freedom / spread)
  const confidence = studentT(freedom) * error * 3600
  return { perHour: perS * 3600, confidence, mean, samples: count, rise }
}

/** With fewer, an interval is so wide that it would say of anything that it may be flat. */
const MIN_FREEDOM = 5

function riseOf(values: readonly number[]): number {
  const third = Math.ceil(values.length / 3)
  const [first, last] = [average(values.slice(0, third)), average(values.slice(-third))]
  if (first === last) return 0
  return first > 0 ? last / first - 1 : Number.POSITIVE_INFINITY
}

/** One sample a minute: the mean of those in it, at the middle of their times. */
export function byMinute(samples: readonly Sample[]): Sample[] {
  const minutes = Map.groupBy(samples, ({ atS }) => Math.floor(atS / 60))
  return [...minutes.values()].map((group) => ({
    atS: average(group.map(({ atS }) => atS)),
    value: average(group.map(({ value }) => value)),
  }))
}

/** Growth of so little of the mean, in an hour or from the first third to the last, does not matter. */
const NEGLIGIBLE = 0.1

/** Whether it does not grow: by nothing that is surely there, or by next to nothing. Two samples say nothing. */
export function isFlat({ perHour, confidence, mean, samples, rise }: Slope): boolean {
  if (samples < 3) return true
  if (!Number.isFinite(confidence)) return rise <= NEGLIGIBLE
  return perHour - confidence <= 0 || perHour <= NEGLIGIBLE * mean
}

/** The two-sided 95% quantile; Abramowitz and Stegun, 26.7.5, to the terms that matter from 5 on. */
function studentT(freedom: number): number {
  const z = 1.959964
  const first = (z ** 3 + z) / 4
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96
  return z + first / freedom + second / freedom ** 2
}

function sumOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

const average = (values: readonly number[]) => sumOf(values) / values.length
