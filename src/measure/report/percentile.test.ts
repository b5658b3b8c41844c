import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearestRank, quantiles, supported } from './percentile.ts'

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

for (const [count, share, rank] of [
  [1, 0.5, 1],
  [2, 0.5, 1],
  [3, 0.5, 2],
  [10, 0.9, 9],
  [10, 0, 1],
  [1000, 0.999, 999],
  [1000, 0.99, 990],
  [24, 0.9, 22],
] as const)
  test(`of ${count} values, ${share} of all are at or below the ${rank}th`, () =>
    assert.equal(nearestRank(upTo(count), share), rank))

test('no share is drawn that the sample does not support', () => {
  for (const count of [1, 2, 7, 24, 240, 5000]) {
    const points = quantiles(upTo(count), 240)
    assert.ok(Math.abs(points.at(-1)!.quantile - supported(count)) < 1e-12)
    assert.equal(points[0]!.value, 1)
    assert.ok(points.length <= 241)
    for (const { quantile, value } of points)
      assert.equal(value, nearestRank(upTo(count), quantile))
  }
  assert.deepEqual(quantiles([], 240), [])
})
