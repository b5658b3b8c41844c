import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../random.ts'
import { arrivalScv, arrivalTimes, cyclesWithin, peakRatePerS, requestsACycle } from './arrivals.ts'
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

test('a burst that is too long to be simulated is as much shorter as the calm before it', () => {
  assert.equal(cyclesWithin(bursts, 50, 500), bursts)
  const cut = cyclesWithin(bursts, 100, 500)
  assert.deepEqual(cut, { ...bursts, everyMs: 5000, lengthMs: 1000 })
  assert.equal(peakRatePerS(cut, 100), peakRatePerS(bursts, 100))
})

test('of a trace that is too long, pieces from all of it are taken', () => {
  const gapsMs = Array.from({ length: 10_000 }, (_, index) => index + 1)
  const cut = cyclesWithin({ ...trace, gapsMs }, 100, 1000)
  assert.ok(cut.kind === 'trace')
  assert.equal(cut.gapsMs.length, 1000)
  const mean = (gaps: readonly number[]) => gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
  assert.ok(Math.abs(mean(cut.gapsMs) / mean(gapsMs) - 1) < 0.05)
  assert.ok(cut.gapsMs.at(-1)! > 9000)
})

test('a trace of requests that came together is not cut to those', () => {
  const gapsMs = Array.from({ length: 10_000 }, (_, index) => (index === 300 ? 1 : 0))
  const whole = { ...trace, gapsMs }
  assert.equal(cyclesWithin(whole, 100, 1000), whole)
})
