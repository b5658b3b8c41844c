import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertDigits } from './digits.fixture.ts'
import { mdcWaitMs } from './mdc.ts'
import { allenCunneenWaitMs, mgcWaitQuantileMs, pollaczekKhinchineWaitMs } from './mgc.ts'
import { mmcWaitMs, mmcWaitQuantileMs } from './mmc.ts'

test('Allen–Cunneen is exact for exponential service times, and for one server', () => {
  const queue = { servers: 8, ratePerS: 64, serviceMs: 100 }
  assertDigits(allenCunneenWaitMs({ ...queue, serviceScv: 1 }), mmcWaitMs(queue))
  for (const serviceScv of [0, 0.5, 1, 7]) {
    const one = { servers: 1, ratePerS: 8, serviceMs: 100, serviceScv }
    assertDigits(allenCunneenWaitMs(one), pollaczekKhinchineWaitMs(one))
  }
})

// Closed forms for one server, ρ = 0.8, 100 ms: M/D/1 waits half as long as M/M/1 (400 ms), M/E2/1 three quarters;
// L. Kleinrock, Queueing Systems I, chapter 5.
for (const [distribution, serviceScv, ms] of [
  ['constant', 0, 200],
  ["Erlang's of two phases", 0.5, 300],
  ['exponential', 1, 400],
  ['hyperexponential, with a variance of five squared means,', 5, 1200],
] as const)
  test(`one server at 80% with ${distribution} times of 100 ms: a wait of ${ms} ms`, () => {
    assertDigits(pollaczekKhinchineWaitMs({ ratePerS: 8, serviceMs: 100, serviceScv }), ms)
  })

test('arrivals and services that never vary do not wait; those of a clock halve it', () => {
  const queue = { servers: 4, ratePerS: 36, serviceMs: 100 }
  assert.equal(allenCunneenWaitMs({ ...queue, serviceScv: 0, arrivalScv: 0 }), 0)
  assertDigits(allenCunneenWaitMs({ ...queue, serviceScv: 1, arrivalScv: 0 }), mmcWaitMs(queue) / 2)
})

// What its docstring says: too low for constant times, less so the higher the load.
test('Allen–Cunneen for constant times is below the exact wait, by 13% of it at half load, 2% at nine tenths', () => {
  for (const [load, most] of [
    [0.5, 0.13],
    [0.7, 0.06],
    [0.9, 0.02],
    [0.99, 0.002],
  ] as const) {
    const queue = { servers: 4, ratePerS: 40 * load, serviceMs: 100, serviceScv: 0 }
    const below = 1 - allenCunneenWaitMs(queue) / mdcWaitMs(queue)
    assert.ok(below > 0 && below < most, `${below} at ${load}`)
  }
})

test('the wait of a share is that of M/M/c for exponential times, and in proportion to the mean for others', () => {
  const queue = { servers: 4, ratePerS: 36, serviceMs: 100 }
  const exponential = mmcWaitQuantileMs(queue, 0.95)
  assertDigits(mgcWaitQuantileMs({ ...queue, serviceScv: 1 }, 0.95), exponential)
  assertDigits(mgcWaitQuantileMs({ ...queue, serviceScv: 0 }, 0.95), exponential / 2)
  assert.equal(mgcWaitQuantileMs({ ...queue, ratePerS: 4, serviceScv: 0.5 }, 0.95), 0)
})

test('with as much work as servers can do, waits have no end, whatever varies', () => {
  for (const serviceScv of [0, 1]) {
    const queue = { servers: 4, ratePerS: 40, serviceMs: 100, serviceScv, arrivalScv: 0 }
    assert.equal(allenCunneenWaitMs(queue), Infinity)
    assert.equal(mgcWaitQuantileMs(queue, 0.5), Infinity)
    assert.equal(pollaczekKhinchineWaitMs(queue), Infinity)
  }
})

test('what is no variation or share is refused', () => {
  const queue = { servers: 4, ratePerS: 4, serviceMs: 100, serviceScv: 1 }
  assert.throws(() => allenCunneenWaitMs({ ...queue, serviceScv: -1 }), /coefficient of variation/)
  assert.throws(() => allenCunneenWaitMs({ ...queue, arrivalScv: Number.NaN }), /coefficient/)
  assert.throws(() => pollaczekKhinchineWaitMs({ ...queue, serviceScv: Infinity }), /coefficient/)
  assert.throws(() => mgcWaitQuantileMs(queue, 1), /share/)
})
