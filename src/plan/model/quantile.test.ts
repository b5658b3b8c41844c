import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertDigits } from './digits.fixture.ts'
import { quantileOfTail } from './quantile.ts'

test('a quantile is found to the last digits, however far off the scale is', () => {
  for (const scale of [1e-6, 1, 1e6])
    assertDigits(
      quantileOfTail((ms) => Math.exp(-ms / 50), 0.95, scale),
      50 * Math.log(20),
      1e-14,
    )
})

test('of a tail with steps it is the least time that is enough', () => {
  const tail = (ms: number) => (ms < 10 ? 0.5 : ms < 30 ? 0.05 : 0)
  assert.equal(quantileOfTail(tail, 0.4, 1), 0)
  assert.equal(quantileOfTail(tail, 0.9, 1), 10)
  assert.equal(quantileOfTail(tail, 0.99, 1), 30)
})

test('all, or what is no share, has no quantile', () => {
  for (const share of [1, -0.1, Number.NaN])
    assert.throws(() => quantileOfTail(() => 0, share, 1), { name: 'RangeError', message: /share/ })
})
