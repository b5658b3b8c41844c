import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Histogram } from './distribution.ts'

const of = (values: readonly number[]) => {
  const histogram = new Histogram()
  for (const ms of values) histogram.add(ms)
  return histogram.toDistribution()
}

test('count, mean and maximum are exact, and quantiles within 0.1% of the nearest rank', () => {
  const ms = fc.oneof(
    fc.constant(0),
    fc.double({ min: 1e-6, max: 1, noNaN: true }),
    fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
  )
  fc.assert(
    fc.property(fc.array(ms, { minLength: 1, maxLength: 500 }), fc.nat(1000), (values, n) => {
      const distribution = of(values)
      const sorted = values.toSorted((a, b) => a - b)
      assert.equal(distribution.count, values.length)
      assert.equal(distribution.max, sorted.at(-1))
      assert.equal(distribution.mean, values.reduce((sum, each) => sum + each, 0) / values.length)
      // The definition: the smallest value with at least that share of all at or below it.
      const rank = Math.max(1, Math.ceil((values.length * n) / 1000))
      const right = sorted[rank - 1]!
      const stated = distribution.quantile(n / 1000)
      assert.ok(Math.abs(stated - right) <= 0.001 * right, `${stated} is not ${right}`)
    }),
  )
})

test('quantiles of equal values are that value', () => {
  for (const share of [0, 0.5, 0.999, 1]) assert.equal(of([60, 60, 60]).quantile(share), 60)
})

test('quantiles keep the rank where floats do not: 999 of 1000', () => {
  const distribution = of([...Array<number>(999).fill(1), 1000])
  assert.ok(distribution.quantile(0.999) < 1.001)
  assert.equal(distribution.quantile(0.9991), 1000)
})

test('what is below 0 by rounding counts as 0, and a million years are no trouble', () => {
  const distribution = of([-1e-12, -0, 1e14])
  assert.equal(distribution.quantile(0.5), 0)
  assert.equal(distribution.max, 1e14)
  assert.equal(distribution.quantile(1), 1e14)
})

test('of nothing, all is 0', () => {
  const { count, mean, max } = of([])
  assert.deepEqual({ count, mean, max }, { count: 0, mean: 0, max: 0 })
  assert.equal(of([]).quantile(0.5), 0)
})
