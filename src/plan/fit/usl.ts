import { levenbergMarquardt } from 'ml-levenberg-marquardt'
import { speed, type UslParameters } from '../model/usl.ts'
import type { Interval, ScalingPoint, Usl } from './profile.ts'

/** A point with the standard error of its speed, where that is known. */
export interface UslPoint extends ScalingPoint {
  standardError?: number
}

/**
 * The Universal Scalability Law (`model/usl.ts`) that comes nearest to measured speeds: weighted least squares by
 * Levenberg–Marquardt. Both parameters are 0 or more; tasks that speed each other up give 0, and an interval that ends
 * there or little above.
 *
 * Points weigh by their standard errors if all have one, else by their counts. Points at one task or fewer say
 * nothing, for the law is 1 there; with no others, `free` is "none" and both parameters are 0. Sigma needs
 * one point beyond; kappa, which is what curves the law, needs some that are a whole task apart.
 *
 * The intervals are of 95%, from the covariance of the linearised law (G. A. F. Seber and C. J. Wild, Nonlinear
 * Regression, 1989, chapter 2) at the fit that may go below 0, then cut off at 0; the fit is always within:
 * - with standard errors, by these; if points scatter more than they say, wider by Birge's ratio √(χ² / degrees)
 *   (R. T. Birge, The calculation of errors by the method of least squares, Physical Review 40, 1932);
 * - without, by the scatter about the law, with Student's t;
 * - where neither is there, as if nothing was measured: sigma from 0, no contention, to 1, nothing done at once.
 * Where kappa is not free, sigma's interval takes it as 0, and its own goes up to what it would be if all that
 * sigma may be was coherency.
 *
 * @throws {RangeError} for a speed, count or standard error that is not above 0
 */
export function fitUsl(points: readonly UslPoint[]): Usl {
  points.forEach(assertPoint)
  const telling = points.filter(({ running }) => running > 1)
  const free = freeParameters(telling)
  const weighted = withWeights(telling)
  const best = bestWithinLaw(weighted, free)
  const margins = marginsOf(weighted, free)

  const sigmaInterval = intervalOf(best.sigma, margins?.sigma, 1)
  return {
    sigma: best.sigma,
    kappa: best.kappa,
    sigmaInterval,
    kappaInterval: intervalOf(best.kappa, margins?.kappa, sigmaInterval.high / mostOf(telling)),
    free: free.length === 0 ? 'none' : free.length === 1 ? 'sigma' : 'sigma and kappa',
  }
}

type Parameter = keyof UslParameters

interface WeightedPoints {
  running: number[]
  speed: number[]
  /** One over the standard deviation; where that is not known, up to a factor. */
  weight: number[]
  known: boolean
}

interface Estimate {
  value: number
  margin: number
}

function freeParameters(telling: readonly UslPoint[]): Parameter[] {
  if (telling.length === 0) return []
  const apart = telling.map(({ running }) => running).filter((running) => running >= 1.5)
  return Math.max(...apart) - Math.min(...apart) >= 1 ? ['sigma', 'kappa'] : ['sigma']
}

/** The most tasks at once; Infinity if there are no points, so that what is divided by it vanishes. */
function mostOf(telling: readonly UslPoint[]): number {
  return telling.length === 0 ? Infinity : Math.max(...telling.map(({ running }) => running))
}

function withWeights(telling: readonly UslPoint[]): WeightedPoints {
  const known = telling.every(({ standardError }) => standardError !== undefined)
  return {
    running: telling.map(({ running }) => running),
    speed: telling.map((point) => point.speed),
    weight: telling.map(({ standardError, count }) =>
      known ? 1 / standardError! : Math.sqrt(count),
    ),
    known,
  }
}

/** Where a parameter would be below 0 the best is on an edge: that parameter is 0, and the other is fitted anew. */
function bestWithinLaw(points: WeightedPoints, free: readonly Parameter[]): UslParameters {
  const candidates = [free, ...free.map((each) => [each]), []]
    .map((parameters) => leastSquares(points, parameters))
    .filter(({ sigma, kappa }) => sigma >= 0 && kappa >= 0)
  const squares = candidates.map((each) => sumOfSquares(points, each))
  return candidates[squares.indexOf(Math.min(...squares))]!
}

/** Parameters that are not free are 0; the others may come out below. */
function leastSquares(points: WeightedPoints, free: readonly Parameter[]): UslParameters {
  if (free.length === 0) return { sigma: 0, kappa: 0 }
  const heaviest = Math.max(...points.weight)
  const most = Math.max(...points.running)
  // Above what would make speeds infinite, with some room.
  const lowest = { sigma: -0.4 / (most - 1), kappa: -0.4 / (most * (most - 1)) }
  // One task alone, where the law is 1 whatever the parameters are: the library wants two points.
  const running = [1, ...points.running]
  const speeds = [1, ...points.speed]
  // Weighted here: the library, 5.1.0, takes the weights' reciprocals in its Hessian, and would stop short.
  const weight = [1, ...points.weight.map((each) => each / heaviest)]
  const { parameterValues } = levenbergMarquardt(
    { x: [...running.keys()], y: speeds.map((each, index) => each * weight[index]!) },
    (values) => (index) => weight[index]! * speed(running[index]!, parametersOf(free, values)),
    {
      initialValues: free.map(() => 0),
      minValues: free.map((each) => lowest[each]),
      jacobianFunction: (values) => (index) =>
        gradient(running[index]!, parametersOf(free, values), free).map(
          (slope) => slope * weight[index]!,
        ),
      errorTolerance: 0, // go on until nothing improves
    },
  )
  return parametersOf(free, parameterValues)
}

/** How far each free parameter may be off; undefined if nothing is known of that. */
function marginsOf(
  points: WeightedPoints,
  free: readonly Parameter[],
): Partial<Record<Parameter, Estimate>> | undefined {
  const degrees = points.running.length - free.length
  if (free.length === 0 || (degrees === 0 && !points.known)) return undefined
  const fitted = leastSquares(points, free)
  const scatter = degrees === 0 ? 0 : sumOfSquares(points, fitted) / degrees
  const times = points.known
    ? NORMAL * Math.sqrt(Math.max(1, scatter))
    : studentQuantile(degrees) * Math.sqrt(scatter)
  const variances = variancesOf(points, fitted, free)
  return Object.fromEntries(
    free.map((each, index) => [
      each,
      { value: fitted[each], margin: times * Math.sqrt(variances[index]!) },
    ]),
  )
}

/** The diagonal of (JᵀWJ)⁻¹, of one parameter or two. */
function variancesOf(
  points: WeightedPoints,
  at: UslParameters,
  free: readonly Parameter[],
): number[] {
  let [first, both, second] = [0, 0, 0]
  points.running.forEach((n, index) => {
    const [a, b = 0] = gradient(n, at, free).map((slope) => slope * points.weight[index]!)
    first += a! * a!
    both += a! * b
    second += b * b
  })
  if (free.length === 1) return [1 / first]
  const determinant = first * second - both * both
  return [second / determinant, first / determinant]
}

/** The derivatives of the speed by the free parameters. */
function gradient(n: number, at: UslParameters, free: readonly Parameter[]): number[] {
  const square = speed(n, at) ** 2
  return free.map((each) => -(n - 1) * (each === 'sigma' ? 1 : n) * square)
}

function sumOfSquares(points: WeightedPoints, at: UslParameters): number {
  return points.running.reduce(
    (sum, n, index) => sum + (points.weight[index]! * (points.speed[index]! - speed(n, at))) ** 2,
    0,
  )
}

function intervalOf(best: number, estimate: Estimate | undefined, unknownHigh: number): Interval {
  if (estimate === undefined) return { low: 0, high: Math.max(best, unknownHigh) }
  const { value, margin } = estimate
  return { low: Math.max(0, Math.min(best, value - margin)), high: Math.max(best, value + margin) }
}

function parametersOf(free: readonly Parameter[], values: readonly number[]): UslParameters {
  const parameters = { sigma: 0, kappa: 0 }
  free.forEach((each, index) => {
    parameters[each] = values[index]!
  })
  return parameters
}

/** What a normal variable exceeds with 2.5%. */
const NORMAL = 1.959964

/** What Student's t exceeds with 2.5%, for 1 degree of freedom and more. */
const STUDENT = [12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.306, 2.26216]

/** Beyond the table by the expansion of Cornish and Fisher (Abramowitz and Stegun 26.7.5), to 0.1%. */
function studentQuantile(degrees: number): number {
  return STUDENT[degrees - 1] ?? NORMAL + 2.37227 / degrees + 2.82202 / degrees ** 2
}

function assertPoint({ running, speed, count, standardError }: UslPoint): void {
  for (const [what, value] of Object.entries({ running, speed, count, standardError }))
    if (value !== undefined && !(value > 0 && value < Infinity))
      throw new RangeError(`the ${what} of a point must be above 0, and finite: ${value}`)
}
