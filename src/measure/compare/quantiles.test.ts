import assert from 'node:assert/strict'
import { test } from 'node:test'
import { normalQuantile, studentQuantile } from './quantiles.ts'

for (const [tail, degrees, value] of [
  [0.005, 9, 3.249836],
  [0.025, 5, 2.570582],
  [0.005, 1, 63.656741],
  [0.25, 2, 0.816497],
  [0.025, 1000, 1.962339],
] as const)
  test(`Student's t with ${degrees} degrees of freedom exceeds ${value} in ${tail} of all cases`, () => {
    assert.ok(Math.abs(studentQuantile(tail, degrees) / value - 1) < 1e-5)
  })

for (const [tail, value] of [
  [0.25, 0.67449],
  [0.025, 1.959964],
  [0.005, 2.575829],
  [0.00005, 3.890592],
] as const)
  test(`a standard normal variable exceeds ${value} in ${tail} of all cases`, () => {
    assert.ok(Math.abs(normalQuantile(tail) - value) < 5e-4)
  })
