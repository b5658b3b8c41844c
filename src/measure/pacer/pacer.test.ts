import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RateShape } from '../scenario/schema.ts'
import { dueTimes, type Pace } from './pacer.ts'
import { anyShape } from './rate.fixture.ts'
import { expectedBy, levels } from './rate.ts'

const pace = (rate: RateShape, more: Partial<Pace> = {}): Pace => ({
  rate,
  durationMs: 10_000,
  warmUpMs: 0,
  spacing: 'even',
  seed: 1,
  ...more,
})
const times = (rate: RateShape, more?: Partial<Pace>) => [...dueTimes(pace(rate, more))]
const counted = (all: number[]) => all.filter((ms) => ms >= 0)

test('100 a second over 10 s are exactly 1000, 10 ms apart, without drift', () => {
  assert.deepEqual(
    times({ shape: 'constant', rate: 100 }),
    Array.from({ length: 1000 }, (_, k) => k * 10),
  )
})

test('the k-th of three a second is due at k thirds of a second, to the last bit', () => {
  const due = times({ shape: 'constant', rate: 3 }, { durationMs: 3_600_000 })
  assert.equal(due.length, 10_800)
  for (const [k, ms] of due.entries()) assert.equal(ms, (k * 1000) / 3)
})

const ramp: RateShape = { shape: 'ramp', from: 0, to: 2 }
const burst: RateShape = { shape: 'bursts', rate: 0, burst: 2, everyMs: 3000, lengthMs: 1000 }
for (const [name, rate, more, right] of [
  ['1/s', { shape: 'constant', rate: 1 }, { durationMs: 2500 }, [0, 1000, 2000]],
  ['a ramp from 0', ramp, { durationMs: 4000 }, [0, 2000, 2828, 3464]],
  ['a ramp to 0', { shape: 'ramp', from: 2, to: 0 }, { durationMs: 4000 }, [0, 536, 1172, 2000]],
  [
    'steps',
    { shape: 'step', rates: [1, 2] },
    { durationMs: 4000 },
    [0, 1000, 2000, 2500, 3000, 3500],
  ],
  ['bursts alone', burst, {}, [3000, 3500, 6000, 6500, 9000, 9500]],
  [
    'a warm-up, which comes from its own beginning to 0',
    { shape: 'constant', rate: 1 },
    { durationMs: 2000, warmUpMs: 1500 },
    [-1500, -750, 0, 1000],
  ],
  [
    'a warm-up at the first rate of steps',
    { shape: 'step', rates: [1, 2] },
    { durationMs: 1000, warmUpMs: 2000 },
    [-2000, -1000, 0, 750],
  ],
  [
    'the warm-up of a ramp from 0, at its mean rate',
    ramp,
    { durationMs: 4000, warmUpMs: 2000 },
    [-2000, -1000, 0, 2000, 2828, 3464],
  ],
  [
    'the warm-up of bursts from 0, at their mean rate',
    burst,
    { durationMs: 3500, warmUpMs: 7000 },
    [-7000, -3500, 3000],
  ],
] as [string, RateShape, Partial<Pace>, number[]][])
  test(`even requests are due where whole numbers are expected: ${name}`, () => {
    assert.deepEqual(times(rate, more).map(Math.round), right)
  })

const anyPace = fc.record({
  rate: anyShape,
  durationMs: fc.integer({ min: 100, max: 3000 }),
  warmUpMs: fc.integer({ min: 0, max: 1000 }),
  spacing: fc.constantFrom('even' as const, 'poisson' as const),
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
})

test('times ascend, from the start of the warm-up and to before the end', () => {
  fc.assert(
    fc.property(anyPace, (some) => {
      let before = -some.warmUpMs
      for (const ms of dueTimes(some)) {
        assert.ok(ms >= before && ms < some.durationMs, `${ms} comes after ${before}`)
        before = ms
      }
    }),
  )
})

test('as many even requests are due by any time as are expected, within 1', () => {
  fc.assert(
    fc.property(anyPace, fc.double({ min: 0, max: 1, noNaN: true }), (some, share) => {
      const { rate, durationMs } = some
      const due = counted([...dueTimes({ ...some, spacing: 'even' })])
      for (const atMs of [share * durationMs, durationMs]) {
        const found = due.filter((ms) => ms < atMs).length
        const expected = expectedBy(rate, durationMs, atMs)
        assert.ok(Math.abs(found - expected) <= 1 + 1e-6, `${found} by ${atMs}, not ${expected}`)
      }
    }),
  )
})

test('one seed gives the same times again, another gives others', () => {
  const rate: RateShape = { shape: 'ramp', from: 5, to: 50 }
  const first = times(rate, { spacing: 'poisson', warmUpMs: 500 })
  assert.deepEqual(times(rate, { spacing: 'poisson', warmUpMs: 500 }), first)
  assert.notDeepEqual(times(rate, { spacing: 'poisson', warmUpMs: 500, seed: 2 }), first)
})

test('what is counted does not depend on the warm-up', () => {
  fc.assert(
    fc.property(anyPace, fc.integer({ min: 0, max: 1000 }), (some, warmUpMs) => {
      const due = counted([...dueTimes(some)])
      assert.deepEqual(counted([...dueTimes({ ...some, warmUpMs })]), due)
    }),
  )
})

// What follows is statistics: the cases are the same every time, so that it passes always or never.
const sameCases = { seed: 5, numRuns: 200 }

test('the count of Poisson requests is within 5 sigma of what is expected, on every level', () => {
  fc.assert(
    fc.property(anyShape, fc.integer({ min: 0, max: 2 ** 31 }), (rate, seed) => {
      const due = times(rate, { spacing: 'poisson', seed })
      for (const { fromMs, toMs, offeredPerS } of levels(rate, 10_000)) {
        const expected = (offeredPerS * (toMs - fromMs)) / 1000
        const found = due.filter((ms) => ms >= fromMs && ms < toMs).length
        // A small Poisson count is skewed: 5 sigma of it come too often without the added 5.
        const room = 5 * Math.sqrt(expected) + 5
        assert.ok(Math.abs(found - expected) <= room, `${found}, not ${expected}`)
      }
    }),
    sameCases,
  )
})

test('Poisson counts vary as they must, and those of two intervals are independent', () => {
  const rate: RateShape = { shape: 'ramp', from: 10, to: 30 }
  const trials = 4000
  const pairs = Array.from({ length: trials }, (_, seed) => {
    const due = times(rate, { spacing: 'poisson', seed, durationMs: 2000 })
    const early = due.filter((ms) => ms < 1000).length
    return [early, due.length - early] as const
  })
  const mean = (values: number[]) => values.reduce((sum, each) => sum + each, 0) / values.length
  const early = pairs.map(([x]) => x)
  const late = pairs.map(([, y]) => y)
  const [meanEarly, meanLate] = [mean(early), mean(late)]
  const variance = (values: number[], middle: number) =>
    mean(values.map((each) => (each - middle) ** 2))
  const within = (actual: number, right: number, sigma: number) =>
    assert.ok(Math.abs(actual - right) < 4 * sigma, `${actual} is not ${right} ± ${4 * sigma}`)

  within(meanEarly, 15, Math.sqrt(15 / trials))
  within(meanLate, 25, Math.sqrt(25 / trials))
  // A Poisson count's variance is its mean; that of a sample's variance is about 2/trials of its square.
  within(variance(early, meanEarly), 15, 15 * Math.sqrt(2.1 / trials))
  within(variance(late, meanLate), 25, 25 * Math.sqrt(2.1 / trials))
  const covariance = mean(pairs.map(([x, y]) => (x - meanEarly) * (y - meanLate)))
  within(covariance / Math.sqrt(15 * 25), 0, 1 / Math.sqrt(trials))
})

test('gaps of a constant Poisson rate are exponential', () => {
  const due = times(
    { shape: 'constant', rate: 1000 },
    { spacing: 'poisson', durationMs: 50_000, seed: 3 },
  )
  const gaps = due.slice(1).map((ms, index) => ms - due[index]!)
  const ordered = gaps.toSorted((a, b) => a - b)
  // Kolmogorov and Smirnov: the largest distance from the distribution function 1 - exp(-x).
  const distance = Math.max(
    ...ordered.map((gap, k) => Math.abs((k + 0.5) / ordered.length - (1 - Math.exp(-gap)))),
  )
  assert.ok(distance < 1.95 / Math.sqrt(ordered.length), `${distance}`) // once in 1,000 seeds
})

test('a million due times are computed one by one as they are asked for, fast', () => {
  const due = dueTimes(
    pace({ shape: 'constant', rate: 100_000 }, { durationMs: 10_000_000, spacing: 'poisson' }),
  )
  let last = 0
  for (let index = 0; index < 1_000_000; index++) last = due.next().value ?? Number.NaN
  assert.ok(last > 9900 && last < 10_100, `${last}`)
  assert.equal(due.next().done, false) // 999 million more would not fit in memory
})
