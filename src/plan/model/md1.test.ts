import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertDigits } from './digits.fixture.ts'
import { md1WaitMs, md1WaitQuantileMs, md1WaitTail } from './md1.ts'

const queueOf = (load: number) => ({ ratePerS: load * 10, serviceMs: 100 })

// ρ / (2 (1 − ρ)) services: the column of M/D/1 in any table of single servers.
for (const [load, services] of [
  [0.2, 0.125],
  [0.5, 0.5],
  [0.8, 2],
  [0.9, 4.5],
  [0.95, 9.5],
] as const)
  test(`at ${load * 100}% the mean wait is ${services} services`, () => {
    assertDigits(md1WaitMs(queueOf(load)), services * 100)
  })

test('as many do not wait as find the server idle', () => {
  for (const load of [0.1, 0.5, 0.99]) assertDigits(md1WaitTail(queueOf(load), 0), load)
})

for (const load of [0.1, 0.5, 0.9, 0.99])
  test(`at ${load * 100}% waits are distributed as by Erlang's series in many digits`, () => {
    for (const services of [0, 0.3, 0.999, 1, 1.5, 2, 7.25, 20, 60.5]) {
      const error = md1WaitTail(queueOf(load), services * 100) - byErlang(load, services)
      assert.ok(Math.abs(error) < 1e-12, `${error} at ${services}`)
    }
  })

test('the mean wait is the area below the tail', () => {
  for (const load of [0.3, 0.8]) {
    const stepMs = 0.5
    let area = 0 // trapezes, of which no step goes over a kink at whole services
    for (let ms = 0; ms < 5000; ms += stepMs)
      area +=
        ((md1WaitTail(queueOf(load), ms) + md1WaitTail(queueOf(load), ms + stepMs)) * stepMs) / 2
    assertDigits(area, md1WaitMs(queueOf(load)), 1e-5)
  }
})

test('the wait of a share is what the rest waits longer than', () => {
  for (const load of [0.3, 0.9, 0.99])
    for (const share of [0.8, 0.95, 0.999])
      assertDigits(
        md1WaitTail(queueOf(load), md1WaitQuantileMs(queueOf(load), share)),
        1 - share,
        1e-8,
      )
  assert.equal(md1WaitQuantileMs(queueOf(0.3), 0.5), 0)
  assert.ok(md1WaitQuantileMs(queueOf(0.99), 1 - 1e-10) < 120_000) // e^(−θt), θ about 2 (1 − ρ) a service
})

test('far out the tail falls by the same factor from service to service, and never below 0', () => {
  const at = (services: number) => md1WaitTail(queueOf(0.95), services * 100)
  assertDigits(at(101) / at(100), at(51) / at(50), 1e-6)
  assert.ok(at(1000) >= 0)
})

test('with as much work as the server can do, or more, waits have no end', () => {
  assert.equal(md1WaitMs(queueOf(1)), Infinity)
  assert.equal(md1WaitTail(queueOf(1.5), 1e6), 1)
  assert.equal(md1WaitQuantileMs(queueOf(1), 0.1), Infinity)
})

test('what is no queue, share or time is refused', () => {
  assert.throws(() => md1WaitMs({ ratePerS: 1, serviceMs: -1 }), /service time/)
  assert.throws(() => md1WaitTail(queueOf(0.5), -1), /time/)
  for (const share of [1, 1 - 1e-11, -1, Number.NaN])
    assert.throws(() => md1WaitQuantileMs(queueOf(0.5), share), /share/)
})

/**
 * A. K. Erlang, 1909: P(W ≤ t) = (1 − ρ) Σ (−x)^k / k! × e^x, x = λ (t − kD), k from 0 to t / D. Its terms alternate
 * and grow before they fall, so in whole numbers that stand for 120 digits behind the point.
 */
function byErlang(load: number, services: number): number {
  const one = 10n ** 120n
  const fixed = (value: number) => (BigInt(Math.round(value * 1e6)) * one) / 1_000_000n
  const times = (a: bigint, b: bigint) => (a * b) / one
  let sum = 0n
  for (let k = 0; k <= services; k++) {
    const x = times(fixed(load), fixed(services - k))
    let term = one
    for (let i = 1n; i <= BigInt(k); i++) term = times(term, -x) / i
    sum += times(term, exponential(x))
  }
  const within = times(one - fixed(load), sum)
  return Number((one - within) / 10n ** 90n) / 1e30

  function exponential(x: bigint): bigint {
    let [total, term] = [0n, one]
    for (let i = 1n; term > 0n; i++) {
      total += term
      term = times(term, x) / i
    }
    return total
  }
}
