/** One measured value. */
export interface Sample {
  /** Seconds since the start. */
  atS: number
  value: number
}

/** How a series develops, by a straight line through it. */
export interface Slope {
  perHour: number
  /** Half the width of the 95% confidence interval of `perHour`; infinite for fewer than three samples. */
  confidence: number
  mean: number
  samples: number
}

/**
 * Ordinary least squares. What memory a process keeps depends on what it kept a minute ago, so samples are
 * worth less than their number: the interval counts those that would say as much if they were independent,
 * by the lag-1 autocorrelation of the residuals. Santer et al., "Statistical significance of trends and
 * trend differences", J. Geophys. Res. 105 (2000), equations 4 to 6.
 */
export function slopeOf(samples: readonly Sample[]): Slope {
  const count = samples.length
  const mean = average(samples.map(({ value }) => value))
  const meanS = average(samples.map(({ atS }) => atS))
  const spread = samples.reduce((total, { atS }) => total + (atS - meanS) ** 2, 0)
  if (count < 3 || spread === 0)
    return { perHour: 0, confidence: Number.POSITIVE_INFINITY, mean, samples: count }
  const perS =
    samples.reduce((total, { atS, value }) => total + (atS - meanS) * (value - mean), 0) / spread
  const residuals = samples.map(({ atS, value }) => value - mean - perS * (atS - meanS))
  const squares = sumOf(residuals.map((each) => each ** 2))
  const products = sumOf(residuals.slice(1).map((each, i) => each * residuals[i]!))
  const lag1 = squares === 0 ? 0 : Math.max(0, products / squares)
  const freedom = (count * (1 - lag1)) / (1 + lag1) - 2
  const confidence =
    freedom < 1
      ? Number.POSITIVE_INFINITY
      : studentT(freedom) * Math.sqrt(squares / freedom / spread) * 3600
  return { perHour: perS * 3600, confidence, mean, samples: count }
}

/** One sample a minute: the mean of those in it, at the middle of their times. */
export function byMinute(samples: readonly Sample[]): Sample[] {
  const minutes = Map.groupBy(samples, ({ atS }) => Math.floor(atS / 60))
  return [...minutes.values()].map((group) => ({
    atS: average(group.map(({ atS }) => atS)),
    value: average(group.map(({ value }) => value)),
  }))
}

/** Growth, in an hour, of so little of the mean does not matter. */
const NEGLIGIBLE = 0.1

/** Whether it does not grow: by nothing that is surely there, or by next to nothing. */
export function isFlat({ perHour, confidence, mean }: Slope): boolean {
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
