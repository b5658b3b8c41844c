import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../random.ts'
import { arrivalScv, arrivalTimes, peakRatePerS, requestsACycle } from './arrivals.ts'
import type { Arrivals } from './plan.ts'

const bursts = { kind: 'bursts', times: 4, everyMs: 10_000, lengthMs: 2000 } as const
const trace = { kind: 'trace', name: 'yesterday', gapsMs: [1, 3] } as const
const kinds: Arrivals[] = [{ kind: 'poisson' }, { kind: 'even' }, bursts, trace]

for (const arrivals of kinds)
  test(`of ${arrivals.kind} arrivals as many come as were asked for`, () => {
    const next = arrivalTimes(arrivals, 50, createRandom(1))
    let last = 0
    for (let request = 0; request < 100_000; request++) last = next()!
    assert.ok(Math.abs(100_000 / last / 0.05 - 1) < 0.02, `${last}`)
  })

test('calm and bursts have the mean that was asked', () => {
  // 10/s for 8 s of 10, four times that for the others: 16/s.
  assert.equal(peakRatePerS(bursts, 16), 40)
  assert.equal(peakRatePerS(trace, 16), 16)
})

test('gaps vary not at all, as exponential ones do, or as they were seen to', () => {
  assert.deepEqual(kinds.map(arrivalScv), [1, 0, 1, 0.25])
})

test('a cycle is a calm time with its burst, or a whole trace', () => {
  assert.deepEqual(
    kinds.map((arrivals) => requestsACycle(arrivals, 50)),
    [1, 1, 500, 2],
  )
})
