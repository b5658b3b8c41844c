import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterDeath } from './back-off.ts'

test('a process that dies quickly starts again after a delay that doubles, and is given up the fifth time', () => {
  const delays = []
  let quickDeaths = 0
  for (let death = 1; death <= 5; death++) {
    const verdict = afterDeath(quickDeaths, 300)
    quickDeaths = verdict.quickDeaths
    delays.push(verdict.delayMs)
  }
  assert.deepEqual(delays, [100, 200, 400, 800, undefined])
})

test('a process that has lived for a while starts the count anew', () => {
  assert.deepEqual(afterDeath(4, 5000), { quickDeaths: 0, delayMs: 100 })
  assert.deepEqual(afterDeath(0, 4999), { quickDeaths: 1, delayMs: 100 })
})
