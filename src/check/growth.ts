/** How the time of a run follows one of its parameters. Pure: points in, a law out. */

export interface Point {
  /** The parameter's value. */
  x: number
  ms: number
}

export type Growth =
  | { kind: 'none' }
  /** ms = a·x^exponent */
  | { kind: 'power'; exponent: number }
  /** ms = a·factor^x */
  | { kind: 'exponential'; factor: number }
  /** It matters, but how cannot be said of these points. */
  | { kind: 'unknown' }

/** Times that differ by less are the same: what a machine's other work does to them. */
export const sameTime = 1.35

/** Below, in milliseconds, a time is mostly what starting a run takes. */
const leastMs = 0.5

/**
 * The law by least squares on logarithms: a line through (log x, log ms) is a power, through (x, log ms) an
 * exponential. A fixed part of the time hides the law at small values, so that only points well above the
 * shortest time count where there are three of them.
 */
export function fitGrowth(points: readonly Point[]): Growth {
  const shortest = Math.min(...points.map(({ ms }) => ms))
  const longest = Math.max(...points.map(({ ms }) => ms))
  if (points.length < 2 || longest < leastMs || longest <= shortest * sameTime)
    return { kind: 'none' }
  const above = points.filter(({ ms }) => ms >= Math.max(leastMs, 3 * shortest))
  const rest = points.filter(({ ms }) => ms >= leastMs)
  const telling = [above, rest, points].find((each) => each.length >= 3) ?? points
  if (telling.some(({ x, ms }) => !(x > 0 && ms > 0))) return { kind: 'unknown' }
  const power = fitLine(telling.map(({ x, ms }) => [Math.log(x), Math.log(ms)]))
  const exponential = fitLine(telling.map(({ x, ms }) => [x, Math.log(ms)]))
  // The exponential must be better by far to be believed, but where no algorithm has such a power.
  const better = exponential.error < power.error / 2 && power.error > 0.1
  const likelier = Math.abs(power.slope) > 6 && exponential.error < 2 * power.error
  const curved = telling.length >= 3 && (better || likelier)
  const best = curved ? exponential : power
  // Times that go up and down without the value having much to do with it.
  if (best.explained < 0.6) return { kind: longest < 4 * shortest ? 'none' : 'unknown' }
  if (Math.exp(best.rise) < sameTime) return { kind: 'none' }
  return curved
    ? { kind: 'exponential', factor: Math.exp(exponential.slope) }
    : { kind: 'power', exponent: power.slope }
}

/** The time at `x`, carried on from the point nearest to it; undefined where no law is known. */
export function predict(growth: Growth, points: readonly Point[], x: number): number | undefined {
  const nearest = points.toSorted((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x))[0]
  if (nearest === undefined) return undefined
  if (growth.kind === 'none') return nearest.ms
  if (growth.kind === 'power') return nearest.ms * (x / nearest.x) ** growth.exponent
  if (growth.kind === 'exponential') return nearest.ms * growth.factor ** (x - nearest.x)
  return undefined
}

interface Line {
  slope: number
  /** The root of the mean square of what the line leaves. */
  error: number
  /** The part of the variance that it explains, R². */
  explained: number
  /** By how much it rises or falls from the first point to the last. */
  rise: number
}

function fitLine(points: readonly (readonly [number, number])[]): Line {
  const mean = (values: number[]) => values.reduce((sum, each) => sum + each, 0) / values.length
  const xs = points.map(([x]) => x)
  const meanX = mean(xs)
  const meanY = mean(points.map(([, y]) => y))
  const varianceX = mean(xs.map((x) => (x - meanX) ** 2))
  const varianceY = mean(points.map(([, y]) => (y - meanY) ** 2))
  const covariance = mean(points.map(([x, y]) => (x - meanX) * (y - meanY)))
  const slope = varianceX === 0 ? 0 : covariance / varianceX
  const left = mean(points.map(([x, y]) => (y - meanY - slope * (x - meanX)) ** 2))
  return {
    slope,
    error: Math.sqrt(left),
    explained: varianceY === 0 ? 0 : 1 - left / varianceY,
    rise: Math.abs(slope) * (Math.max(...xs) - Math.min(...xs)),
  }
}
