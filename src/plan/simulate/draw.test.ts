import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../random.ts'
import { constant, empirical, exponential } from './draw.ts'

const many = (draw: () => number, count = 200_000) => Array.from({ length: count }, draw)

test('each value that was seen is drawn as often as the others', () => {
  const drawn = many(empirical([1, 2, 2, 5], createRandom(1)))
  for (const [value, share] of [
    [1, 0.25],
    [2, 0.5],
    [5, 0.25],
  ] as const) {
    const found = drawn.filter((each) => each === value).length / drawn.length
    assert.ok(Math.abs(found - share) < 0.005, `${value}: ${found}`)
  }
})

test('from no values nothing is drawn', () => {
  assert.throws(() => empirical([], createRandom(1)), RangeError)
})

test('exponential times have their mean, and as much spread', () => {
  const drawn = many(exponential(5, createRandom(2)))
  const mean = drawn.reduce((sum, ms) => sum + ms, 0) / drawn.length
  const variance = drawn.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / drawn.length
  assert.ok(Math.abs(mean / 5 - 1) < 0.01, `${mean}`)
  assert.ok(Math.abs(variance / 25 - 1) < 0.03, `${variance}`)
})

test('a constant is one', () => {
  assert.deepEqual(many(constant(7), 3), [7, 7, 7])
})
