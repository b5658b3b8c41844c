import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RateShape } from '../scenario/schema.ts'
import { anyShape } from './rate.fixture.ts'
import { describeRate, expectedBy, highestRate, levels, meanRate, rateAt, timeOf } from './rate.ts'

const constant: RateShape = { shape: 'constant', rate: 100 }
const ramp: RateShape = { shape: 'ramp', from: 1, to: 10 }
const rising: RateShape = { shape: 'ramp', from: 0, to: 10 }
const falling: RateShape = { shape: 'ramp', from: 10, to: 0 }
const step: RateShape = { shape: 'step', rates: [1, 2, 4] }
const bursts: RateShape = { shape: 'bursts', rate: 2, burst: 20, everyMs: 3000, lengthMs: 1000 }
const burstsOnly: RateShape = { ...bursts, rate: 0 }

const near = (actual: number | undefined, right: number | undefined) =>
  assert.ok(
    actual === right || Math.abs(actual! - right!) <= 1e-9 * Math.max(1, Math.abs(right!)),
    `${actual} is not ${right}`,
  )

for (const [shape, durationMs, atMs, rate, expected] of [
  [constant, 10_000, 0, 100, 0],
  [constant, 10_000, 2500, 100, 250],
  [constant, 10_000, 10_000, 100, 1000],
  [ramp, 10_000, 0, 1, 0],
  [ramp, 10_000, 5000, 5.5, 16.25],
  [ramp, 10_000, 10_000, 10, 55],
  [falling, 10_000, 5000, 5, 37.5],
  [falling, 10_000, 10_000, 0, 50],
  [step, 9000, 2999, 1, 2.999],
  [step, 9000, 3000, 2, 3],
  [step, 9000, 7000, 4, 13],
  [step, 9000, 9000, 4, 21],
  [bursts, 10_000, 2999, 2, 5.998],
  [bursts, 10_000, 3000, 20, 6],
  [bursts, 10_000, 3500, 20, 16],
  [bursts, 10_000, 4000, 2, 26],
  [bursts, 10_000, 6000, 20, 30],
  [bursts, 10_000, 9500, 20, 64], // the third burst is cut off by the end
  [bursts, 10_000, 10_000, 2, 74],
  [burstsOnly, 10_000, 3000, 20, 0],
  [burstsOnly, 10_000, 5000, 0, 20],
] as const)
  test(`${describeRate(shape)} over ${durationMs} ms at ${atMs}: ${rate}/s, ${expected} so far`, () => {
    near(rateAt(shape, durationMs, atMs), rate)
    near(expectedBy(shape, durationMs, atMs), expected)
  })

test('nothing is expected before the trial, and nothing more after it', () => {
  for (const shape of [constant, ramp, rising, falling, step, bursts, burstsOnly]) {
    assert.equal(expectedBy(shape, 9000, -1), 0)
    assert.equal(expectedBy(shape, 9000, 99_000), expectedBy(shape, 9000, 9000))
  }
})

for (const [shape, durationMs, n, ms] of [
  [constant, 10_000, 0, 0],
  [constant, 10_000, 999, 9990],
  [constant, 10_000, 1000, undefined],
  [ramp, 10_000, 16.25, 5000],
  [{ shape: 'ramp', from: 5, to: 5 }, 10_000, 7, 1400],
  [{ shape: 'ramp', from: 5, to: 5 + 1e-13 }, 10_000, 7, 1400], // where a quadratic formula cancels
  [rising, 10_000, 0, 0],
  [rising, 10_000, 0.5, 1000],
  [rising, 10_000, 12.5, 5000],
  [falling, 10_000, 0, 0],
  [falling, 10_000, 37.5, 5000],
  [falling, 10_000, 50, undefined],
  [step, 9000, 2.5, 2500],
  [step, 9000, 3, 3000],
  [step, 9000, 13, 7000],
  [step, 9000, 21, undefined],
  [bursts, 10_000, 6, 3000],
  [bursts, 10_000, 16, 3500],
  [bursts, 10_000, 26, 4000],
  [bursts, 10_000, 64, 9500],
  [burstsOnly, 10_000, 0, 3000], // what has no requests is skipped
  [burstsOnly, 10_000, 19, 3950],
  [burstsOnly, 10_000, 20, 6000],
  [burstsOnly, 9000, 40, undefined],
  // 0.3 s of 70/s are 21, but for what fractions lose: the 22nd belongs to the next burst all the same
  [{ ...burstsOnly, burst: 70, lengthMs: 300 }, 10_000, 21, 6000],
  [{ shape: 'step', rates: [0.1, 0.7] }, 20_000, 1, 10_000],
] as [RateShape, number, number, number | undefined][])
  test(`${describeRate(shape)} over ${durationMs} ms: number ${n} is due at ${ms}`, () => {
    near(timeOf(shape, durationMs, n), ms)
  })

const aTrial = [anyShape, fc.integer({ min: 1000, max: 60_000 })] as const
const aShare = fc.double({ min: 0, max: 1, noNaN: true })

test('the expected count is the integral of the rate', () => {
  fc.assert(
    fc.property(...aTrial, (shape, durationMs) => {
      const slices = 50_000
      const width = durationMs / slices
      let sum = 0
      let highest = 0
      for (let index = 0; index < slices; index++) {
        const rate = rateAt(shape, durationMs, (index + 0.5) * width)
        highest = Math.max(highest, rate)
        sum += (rate * width) / 1000
      }
      // Each jump of the rate falls within a slice: two a burst, one a step.
      const jumps = shape.shape === 'bursts' ? (2 * durationMs) / shape.everyMs + 2 : 10
      const total = expectedBy(shape, durationMs, durationMs)
      assert.ok(
        Math.abs(sum - total) <= (jumps * highest * width) / 1000 + 1e-6 * total,
        `${sum} is not ${total}`,
      )
    }),
    { numRuns: 50 },
  )
})

test('timeOf is the inverse of expectedBy', () => {
  fc.assert(
    fc.property(...aTrial, aShare, (shape, durationMs, share) => {
      const total = expectedBy(shape, durationMs, durationMs)
      const n = total * share
      const ms = timeOf(shape, durationMs, n)
      if (ms === undefined) return assert.ok(n >= total * (1 - 1e-9) - 1e-9)
      assert.ok(ms >= 0 && ms < durationMs)
      const back = expectedBy(shape, durationMs, ms)
      assert.ok(Math.abs(back - n) <= 1e-9 * Math.max(1, total), `${back} is not ${n}`)
    }),
    { numRuns: 2000 },
  )
})

for (const [shape, offered] of [
  [constant, [100]],
  [ramp, [1.45, 2.35, 3.25, 4.15, 5.05, 5.95, 6.85, 7.75, 8.65, 9.55]],
  [step, [1, 2, 4]],
  [bursts, [(2 * 20 + 7 * 2) / 9]], // in 9 s there are two whole bursts
] as [RateShape, number[]][])
  test(`the levels of ${describeRate(shape)} cover the trial`, () => {
    const found = levels(shape, 9000)
    assert.equal(found.length, offered.length)
    for (const [index, right] of offered.entries()) {
      near(found[index]!.offeredPerS, right)
      assert.equal(found[index]!.fromMs, index === 0 ? 0 : found[index - 1]!.toMs)
    }
    assert.equal(found.at(-1)!.toMs, 9000)
    const mean = found.reduce((sum, { offeredPerS }) => sum + offeredPerS, 0) / found.length
    near(mean, meanRate(shape, 9000))
  })

for (const [shape, words] of [
  [{ shape: 'constant', rate: 0.5 }, '0.5/s'],
  [ramp, 'ramp 1 to 10/s'],
  [step, 'steps 1, 2, 4/s'],
  [
    { shape: 'step', rates: Array.from({ length: 100 }, (_, index) => index + 1) },
    '100 steps 1 to 100/s',
  ],
  [bursts, '2/s with bursts of 20/s'],
] as [RateShape, string][])
  test(`a rate is told as ${words}`, () => {
    assert.equal(describeRate(shape), words)
  })

for (const [shape, highest] of [
  [{ shape: 'constant', rate: 0.5 }, 0.5],
  [ramp, 10],
  [{ shape: 'ramp', from: 10, to: 1 }, 10],
  [{ shape: 'step', rates: [1, 9, 4] }, 9],
  [bursts, 20],
] as [RateShape, number][])
  test(`the highest rate of ${describeRate(shape)} is ${highest}/s`, () => {
    assert.equal(highestRate(shape), highest)
  })
