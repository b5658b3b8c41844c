import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../random.ts'
import { bursts, even, fixed, poisson, trace } from './arrivals.ts'

const first = (next: () => number | undefined, count: number) =>
  Array.from({ length: count }, () => next() ?? Number.NaN)

const gapsOf = (times: readonly number[]) =>
  times.slice(1).map((time, index) => time - times[index]!)

const burst = { ratePerS: 100, times: 5, everyMs: 1000, lengthMs: 250 }

for (const [name, next] of [
  ['poisson', poisson(100, createRandom(1))],
  ['even', even(100)],
  ['bursts', bursts(burst, createRandom(1))],
  ['trace', trace([0, 1, 7, 0.5], 100)],
] as const)
  test(`${name}: times ascend from 0 on, at the rate that is asked`, () => {
    const times = first(next, 400_000)
    assert.ok(times[0]! >= 0)
    assert.ok(gapsOf(times).every((gap) => gap >= 0))
    const ratePerS = (times.length * 1000) / times.at(-1)!
    assert.ok(Math.abs(ratePerS / 100 - 1) < 0.01, `${ratePerS}`)
  })

test('poisson: counts of a second vary as much as they are', () => {
  const counts = new Float64Array(4000)
  for (const ms of first(poisson(50, createRandom(3)), 190_000)) counts[Math.floor(ms / 1000)]!++
  const whole = counts.subarray(0, 3700)
  const mean = whole.reduce((sum, count) => sum + count, 0) / whole.length
  const variance = whole.reduce((sum, count) => sum + (count - mean) ** 2, 0) / whole.length
  assert.ok(Math.abs(variance / mean - 1) < 0.1, `${variance} of ${mean}`)
})

test('even: the n-th request comes when n are expected', () => {
  assert.deepEqual(first(even(4), 4), [0, 250, 500, 750])
})

test('bursts: the last quarter of each second has five times the rate of the rest', () => {
  const times = first(bursts(burst, createRandom(2)), 400_000)
  const inBurst = times.filter((ms) => ms % 1000 >= 750).length / times.length
  // 5 × 250 of 5 × 250 + 750.
  assert.ok(Math.abs(inBurst - 0.625) < 0.005, `${inBurst}`)
  assert.throws(() => bursts({ ...burst, lengthMs: 2000 }, createRandom(2)), RangeError)
})

test('a trace keeps the order of its gaps and what they are to each other, again and again', () => {
  assert.deepEqual(gapsOf(first(trace([1, 0, 3], 250), 8)), [3, 0, 9, 3, 0, 9, 3])
  assert.equal(trace([1, 0, 3], 250)(), 0)
  assert.throws(() => trace([0, 0], 10), RangeError)
  assert.throws(() => trace([], 10), RangeError)
})

test('fixed times come once', () => {
  const next = fixed([3, 5])
  assert.deepEqual([next(), next(), next(), next()], [3, 5, undefined, undefined])
})

test('a rate that is none is refused', () => {
  for (const rate of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => even(rate), RangeError)
})
