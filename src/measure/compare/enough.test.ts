import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pairsNeeded, trialsNeeded } from './enough.ts'

for (const [confidence, pairs, trials] of [
  [0.5, 6, 6],
  [0.95, 6, 6],
  [0.99, 8, 6],
  [0.999, 11, 7],
  [0.9999, 15, 9],
] as const)
  test(`at ${confidence} it takes ${pairs} pairs, or ${trials} trials of either side`, () => {
    assert.equal(pairsNeeded(confidence), pairs)
    assert.equal(trialsNeeded(confidence), trials)
  })
