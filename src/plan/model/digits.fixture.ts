import assert from 'node:assert/strict'

/** They agree to that relative error, unless told otherwise to 9 digits and more. */
export function assertDigits(actual: number, expected: number, error = 1e-10): void {
  const off = Math.abs(actual - expected)
  assert.ok(off <= error * Math.abs(expected), `${actual} is not ${expected}, off by ${off}`)
}
