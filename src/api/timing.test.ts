import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roundMs } from './timing.ts'

test('milliseconds have three decimals at most', () => {
  assert.deepEqual([1.23456, 1, 0.0004, 0.0006].map(roundMs), [1.235, 1, 0, 0.001])
})
