import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertDigits } from './digits.fixture.ts'
import {
  mmcQueueLength,
  mmcSojournMs,
  mmcSojournQuantileMs,
  mmcSojournTail,
  mmcWaitMs,
  mmcWaitQuantileMs,
  mmcWaitTail,
} from './mmc.ts'

const hourMs = 3_600_000

// D. Gross and C. M. Harris, Fundamentals of Queueing Theory, the eye clinic of chapter 2: three doctors, six
// patients an hour, 20 minutes each. Lq = 8/9; W = 1/3 + (8/9) / 6 hours, 28.89 minutes.
test('the eye clinic: 8/9 patients wait, and are there for 28.89 minutes', () => {
  const clinic = { servers: 3, ratePerS: 6 / 3600, serviceMs: hourMs / 3 }
  assertDigits(mmcQueueLength(clinic), 8 / 9)
  assertDigits(mmcSojournMs(clinic), hourMs * (1 / 3 + 8 / 9 / 6))
})

// R. Bronson, Theory and Problems of Operations Research, 1982, problem 24.6: three servers, 300 arrivals a year, two
// days each. Lq = 0.352, Wq = 0.43 days, W = 2.429 days.
test("Bronson's problem 24.6: 0.352 wait, 0.43 days each", () => {
  const dayMs = 24 * hourMs
  const queue = { servers: 3, ratePerS: 300 / (365 * 24 * 3600), serviceMs: 2 * dayMs }
  assert.equal(mmcQueueLength(queue).toFixed(3), '0.352')
  assert.equal((mmcWaitMs(queue) / dayMs).toFixed(2), '0.43')
  assert.equal((mmcSojournMs(queue) / dayMs).toFixed(3), '2.429')
})

test('M/M/1: time in the system is exponential, its mean 1 / (μ − λ)', () => {
  for (const load of [0.1, 0.5, 0.9, 0.99]) {
    const queue = { servers: 1, ratePerS: load * 20, serviceMs: 50 }
    const mean = 50 / (1 - load)
    assertDigits(mmcSojournMs(queue), mean)
    for (const share of [0.5, 0.95, 0.999])
      assertDigits(mmcSojournQuantileMs(queue, share), -mean * Math.log(1 - share))
    for (const ms of [0, 10, 1000]) assertDigits(mmcSojournTail(queue, ms), Math.exp(-ms / mean))
    assertDigits(mmcQueueLength(queue), load ** 2 / (1 - load))
  }
})

test('M/M/2: the mean wait is ρ² / (1 − ρ²) services', () => {
  for (const load of [0.1, 0.5, 0.9, 0.99])
    assertDigits(
      mmcWaitMs({ servers: 2, ratePerS: load * 40, serviceMs: 50 }),
      (50 * load ** 2) / (1 - load ** 2),
    )
})

test('the wait of a share is what the rest waits longer than', () => {
  const queue = { servers: 8, ratePerS: 6.4, serviceMs: 1000 }
  for (const share of [0.7, 0.9, 0.999])
    assertDigits(mmcWaitTail(queue, mmcWaitQuantileMs(queue, share)), 1 - share)
  assert.equal(mmcWaitQuantileMs(queue, 0.5), 0) // more than half do not wait
})

// Of these the second has cμ − λ = μ, where the closed formula of most books divides by 0, the third nearly.
for (const [servers, load] of [
  [8, 6.4],
  [3, 2],
  [3, 2.0000001],
  [3, 0.3],
  [2, 1.98],
  [500, 480],
] as const)
  test(`time in the system with ${servers} servers at ${load} erlangs is wait and service in all ways`, () => {
    const queue = { servers, ratePerS: load, serviceMs: 1000 }
    for (const ms of [1, 500, 1500, 5000, 12_000])
      assertDigits(mmcSojournTail(queue, ms), convolution(queue, ms), 1e-9)
    for (const share of [0.5, 0.95, 0.99])
      assertDigits(mmcSojournTail(queue, mmcSojournQuantileMs(queue, share)), 1 - share)
  })

test('without requests nobody waits', () => {
  const idle = { servers: 2, ratePerS: 0, serviceMs: 10 }
  assert.equal(mmcWaitMs(idle), 0)
  assert.equal(mmcQueueLength(idle), 0)
  assertDigits(mmcSojournQuantileMs(idle, 0.5), 10 * Math.LN2)
})

test('with as much work as servers can do, or more, waits have no end', () => {
  for (const ratePerS of [200, 300]) {
    const queue = { servers: 2, ratePerS, serviceMs: 10 }
    assert.equal(mmcWaitMs(queue), Infinity)
    assert.equal(mmcQueueLength(queue), Infinity)
    assert.equal(mmcWaitTail(queue, 1e9), 1)
    assert.equal(mmcSojournTail(queue, 1e9), 1)
    assert.equal(mmcWaitQuantileMs(queue, 0.5), Infinity)
    assert.equal(mmcSojournQuantileMs(queue, 0.5), Infinity)
  }
})

test('what is no queue, share or time is refused', () => {
  const queue = { servers: 2, ratePerS: 1, serviceMs: 10 }
  assert.throws(() => mmcWaitMs({ ...queue, servers: 0 }), /servers/)
  assert.throws(() => mmcWaitMs({ ...queue, ratePerS: -1 }), /rate/)
  assert.throws(() => mmcWaitMs({ ...queue, serviceMs: 0 }), /service time/)
  assert.throws(() => mmcWaitQuantileMs(queue, 1), /share/)
  assert.throws(() => mmcSojournQuantileMs(queue, Number.NaN), /share/)
  assert.throws(() => mmcWaitTail(queue, -1), /time/)
  assert.throws(() => mmcSojournTail(queue, Number.NaN), /time/)
})

/** P(service > t) + ∫ density of the service at s × P(wait > t − s) ds, by Simpson's rule. */
function convolution(queue: { servers: number; ratePerS: number; serviceMs: number }, ms: number) {
  const steps = 4000
  const density = (s: number) => Math.exp(-s / queue.serviceMs) / queue.serviceMs
  let sum = 0
  for (let step = 0; step <= steps; step++) {
    const s = (ms * step) / steps
    const weight = step === 0 || step === steps ? 1 : step % 2 === 1 ? 4 : 2
    sum += weight * density(s) * mmcWaitTail(queue, ms - s)
  }
  return Math.exp(-ms / queue.serviceMs) + (sum * ms) / steps / 3
}
