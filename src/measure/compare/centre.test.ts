import assert from 'node:assert/strict'
import { test } from 'node:test'
import { centreOf, withoutBadOnes } from './centre.ts'

const ten = [0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.22, 0.24, 0.26, 0.28]

test('what has no bad values is left as it is', () => {
  for (const [i, value] of withoutBadOnes(ten).entries())
    assert.ok(Math.abs(value - ten[i]!) < 1e-12)
})

test('one bad value of ten moves the centre little, and the others are spread for the lost one', () => {
  const bad = ten.with(9, Math.log(100))
  assert.ok(Math.abs(centreOf(bad) - centreOf(ten)) < 0.04)
  const range = (values: number[]) => values[8]! - values[0]!
  assert.ok(Math.abs(range(withoutBadOnes(bad)) / range(ten) - 10 / 9) < 1e-9)
})

test('where most values are equal, what is near them still counts', () => {
  const values = [0, 0, 0, 0, 0, 0, -0.04, -0.04, -0.04, -0.04]
  assert.ok(Math.abs(centreOf(values) + 0.016) < 1e-12)
})

test('a single value is its own centre', () => {
  assert.equal(centreOf([0.3]), 0.3)
})
