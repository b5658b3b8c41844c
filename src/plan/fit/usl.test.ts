import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRandom } from '../../random.ts'
import { speed } from '../model/usl.ts'
import { fitUsl, type UslPoint } from './usl.ts'

const pointsOf = (parameters: { sigma: number; kappa: number }, running: readonly number[]) =>
  running.map((n) => ({ running: n, speed: speed(n, parameters), count: 100 }))

const isWithin = (value: number, { low, high }: { low: number; high: number }) =>
  low <= value && value <= high

const near = (actual: number, expected: number, error: number) =>
  assert.ok(Math.abs(actual - expected) <= error, `${actual} is not ${expected}`)

test('exact points give their parameters to 6 digits', () => {
  const parameter = fc.oneof(fc.constant(0), fc.double({ min: 1e-4, max: 0.8, noNaN: true }))
  const counts = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 4, maxLength: 4 })
  fc.assert(
    fc.property(parameter, parameter, counts, (sigma, kappa, count) => {
      const points = pointsOf({ sigma, kappa }, [1.8, 3, 6, 11])
      const fit = fitUsl(points.map((point, index) => ({ ...point, count: count[index]! })))
      near(fit.sigma, sigma, 1e-6 * Math.max(sigma, 0.01))
      near(fit.kappa, kappa, 1e-6 * Math.max(kappa, 0.01))
      assert.equal(fit.free, 'sigma and kappa')
    }),
  )
})

// SPEC SDM 91 on a SPARCcenter 2000, the data and the coefficients of the R package `usl` 2.0 (S. Möding), which has
// a third one, the throughput of one: 89.9952382. It fits throughputs, not speeds: weights n².
test('SPEC SDM 91 gives the parameters of the R package usl', () => {
  const load = [1, 18, 36, 72, 108, 144, 216]
  const throughput = [64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2]
  const fit = fitUsl(
    load.map((n, index) => ({
      running: n,
      speed: throughput[index]! / n / 89.9952382,
      count: n ** 2,
    })),
  )
  assert.equal(fit.sigma.toFixed(7), '0.0277285')
  assert.equal(fit.kappa.toFixed(7), '0.0001044')
})

for (const { known, running, sigma, kappa } of [
  { known: true, running: [2, 4], sigma: 0.05, kappa: 0.004 },
  { known: true, running: [2, 2, 3, 4, 4], sigma: 0.05, kappa: 0.004 },
  { known: false, running: [2, 3, 4, 6, 8, 12], sigma: 0.05, kappa: 0.004 },
  { known: false, running: [2, 3, 4, 6, 8, 12], sigma: 0, kappa: 0.004 },
  { known: false, running: [2, 3, 4, 6, 8, 12], sigma: 0.1, kappa: 0 },
])
  test(`intervals hold σ = ${sigma}, κ = ${kappa} from noisy points at ${running}, errors ${known ? '' : 'not '}known`, () => {
    const random = createRandom(1)
    const trials = 200
    let [sigmas, kappas] = [0, 0]
    for (let trial = 0; trial < trials; trial++) {
      const fit = fitUsl(
        pointsOf({ sigma, kappa }, running).map((point) => ({
          ...point,
          speed: point.speed + 0.01 * normal(random),
          ...(known && { standardError: 0.01 }),
        })),
      )
      if (isWithin(sigma, fit.sigmaInterval)) sigmas++
      if (isWithin(kappa, fit.kappaInterval)) kappas++
      assert.ok(isWithin(fit.sigma, fit.sigmaInterval) && isWithin(fit.kappa, fit.kappaInterval))
      assert.ok(fit.sigma >= 0 && fit.kappa >= 0)
    }
    // At 0 a side of the interval is cut off, and with it half of the misses.
    assert.ok(sigmas >= 0.9 * trials, `${sigmas} of ${trials}`)
    assert.ok(kappas >= 0.9 * trials, `${kappas} of ${trials}`)
  })

test('points that scatter more than they say widen the interval', () => {
  const of = (factor: number) =>
    fitUsl(
      [1, -1, 1, -1].map((sign) => ({
        running: 2,
        speed: 0.9 + sign * 0.01 * factor,
        count: 1,
        standardError: 0.01,
      })),
    )
  const width = ({ sigmaInterval: { low, high } }: ReturnType<typeof fitUsl>) => high - low
  assert.ok(width(of(5)) > 4 * width(of(0.5)))
  near(width(of(0.1)), width(of(0.5)), 0.01 * width(of(0.5))) // less scatter is luck
})

test('errors that only some points have are not used', () => {
  const points = pointsOf({ sigma: 0.1, kappa: 0.01 }, [2, 3, 4]) as UslPoint[]
  const noisy = points.map((point, index) => ({
    ...point,
    speed: point.speed + 0.01 * (index % 2),
  }))
  const some = noisy.map((point, index) =>
    index === 0 ? { ...point, standardError: 1e-9 } : point,
  )
  assert.deepEqual(fitUsl(some), fitUsl(noisy))
})

test('one point beyond one task gives sigma; kappa is at most what would explain as much', () => {
  const fit = fitUsl([{ running: 2, speed: 0.9, count: 50, standardError: 0.01 }])
  assert.equal(fit.free, 'sigma')
  assert.equal(fit.kappa, 0)
  near(fit.sigma, 1 / 0.9 - 1, 1e-9)
  // The speed's error over its slope, −speed².
  near(fit.sigmaInterval.high - fit.sigma, (1.959964 * 0.01) / 0.9 ** 2, 1e-9)
  assert.equal(fit.kappaInterval.low, 0)
  near(fit.kappaInterval.high, fit.sigmaInterval.high / 2, 1e-12)
})

test('points that are less than a task apart do not give kappa, nor do those near one task', () => {
  const { free } = fitUsl(pointsOf({ sigma: 0.1, kappa: 0.02 }, [1.1, 1.9, 2, 2.2]))
  assert.equal(free, 'sigma')
})

test('a point of which no error is known says little: anything up to nothing done at once may be', () => {
  const fit = fitUsl([{ running: 2, speed: 0.9, count: 50 }])
  near(fit.sigma, 1 / 0.9 - 1, 1e-9)
  assert.deepEqual(fit.sigmaInterval, { low: 0, high: 1 })
})

test('nothing measured beyond one task is no contention, or any up to nothing done at once', () => {
  for (const points of [[], pointsOf({ sigma: 0, kappa: 0 }, [1])])
    assert.deepEqual(fitUsl(points), {
      sigma: 0,
      kappa: 0,
      sigmaInterval: { low: 0, high: 1 },
      kappaInterval: { low: 0, high: 0 },
      free: 'none',
    })
})

test('tasks that speed each other up give 0, with an interval that ends there', () => {
  const fit = fitUsl(
    [2, 3, 4, 5].map((running) => ({
      running,
      speed: 1 + running / 50,
      count: 1,
      standardError: 0.001,
    })),
  )
  assert.deepEqual([fit.sigma, fit.kappa], [0, 0])
  near(fit.sigmaInterval.high, 0, 1e-2)
  near(fit.kappaInterval.high, 0, 1e-2)
})

test('where one parameter would be below 0 the other is the best without it', () => {
  // Contention that gets less with more tasks: the law wants κ below 0.
  const points = [2, 4, 8].map((running, index) => ({
    running,
    speed: [0.9, 0.8, 0.75][index]!,
    count: 10,
  }))
  const fit = fitUsl(points)
  assert.equal(fit.kappa, 0)
  const squares = (sigma: number) =>
    points.reduce(
      (sum, point) => sum + (point.speed - speed(point.running, { sigma, kappa: 0 })) ** 2,
      0,
    )
  assert.ok(squares(fit.sigma) < squares(fit.sigma * 1.001))
  assert.ok(squares(fit.sigma) < squares(fit.sigma / 1.001))
})

test('speeds, counts and errors that are none are refused', () => {
  const point = { running: 2, speed: 0.9, count: 1 }
  assert.throws(() => fitUsl([{ ...point, speed: 0 }]), /speed of a point/)
  assert.throws(() => fitUsl([{ ...point, count: 0 }]), /count of a point/)
  assert.throws(() => fitUsl([{ ...point, running: Number.NaN }]), /running of a point/)
  assert.throws(() => fitUsl([{ ...point, standardError: 0 }]), /standardError of a point/)
})

/** Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
