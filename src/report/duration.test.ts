import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDuration } from './duration.ts'

for (const [ms, words] of [
  [0, '0 ms'],
  [0.004, 'under 0.01 ms'],
  [0.25, '0.25 ms'],
  [9.344, '9.34 ms'],
  [500, '500 ms'],
  [999.4, '999 ms'],
  [999.6, '1 s'],
  [1500, '1.5 s'],
  [2149, '2.15 s'],
  [12_340, '12.3 s'],
  [20_000, '20 s'],
  [59_960, '1 min'],
  [125_000, '2 min 5 s'],
  [3_599_600, '1 h'],
  [5_400_000, '1 h 30 min'],
  [Infinity, 'never'],
] as const)
  test(`${ms} ms are told as ${words}`, () => {
    assert.equal(formatDuration(ms), words)
  })
