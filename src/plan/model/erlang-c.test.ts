import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { assertDigits } from './digits.fixture.ts'
import { erlangB, erlangC } from './erlang-c.ts'

// The tables of Erlang B that telephone engineers use, as in R. B. Cooper's Introduction to Queueing Theory and the
// ITU's Teletraffic Engineering Handbook: the load, to so many digits, at which that share is lost.
for (const [servers, load, lost] of [
  [1, 0.0526, 0.05],
  [5, 2.2185, 0.05],
  [5, 1.3608, 0.01],
  [10, 4.4612, 0.01],
  [10, 5.084, 0.02],
  [20, 12.031, 0.01],
  [100, 84.064, 0.01],
] as const)
  test(`Erlang B: ${servers} servers lose ${lost * 100}% at ${load} erlangs, as tables have it`, () => {
    const half = load < 10 ? 0.00005 : 0.0005 // the last digit is rounded
    assert.ok(erlangB(servers, load - half) < lost)
    assert.ok(erlangB(servers, load + half) > lost)
  })

for (const [servers, load] of [
  [1, 0.25],
  [3, 2],
  [8, 6.4],
  [30, 25],
  [100, 95],
  [100, 1],
  [1000, 970],
  [10_000, 9990],
  [10_000, 9999.9],
] as const)
  test(`Erlang B and C of ${servers} servers at ${load} erlangs are those of 200 digits`, () => {
    const [blocked, delayed] = inManyDigits(servers, load)
    assertDigits(erlangB(servers, load), blocked, 1e-12)
    assertDigits(erlangC(servers, load), delayed, 1e-10)
  })

test('Erlang C of one server is its load, of two 2ρ² / (1 + ρ)', () => {
  for (const load of [0, 0.1, 0.5, 0.9, 0.999]) {
    assertDigits(erlangC(1, load), load)
    assertDigits(erlangC(2, 2 * load), (2 * load * load) / (1 + load))
  }
})

// By hand: p0 = 1 / (1 + 2 + 2 + 8/6 × 3) = 1/9, and C = 8/6 × 3 × p0.
test('Erlang C of three servers at 2 erlangs is 4 in 9', () => {
  assertDigits(erlangC(3, 2), 4 / 9)
})

test('all wait where there is as much work as servers can do, or more', () => {
  assert.equal(erlangC(4, 4), 1)
  assert.equal(erlangC(4, 40), 1)
})

test('more servers lose and delay fewer, more load more; no more are lost than delayed', () => {
  const servers = fc.integer({ min: 1, max: 300 })
  const load = fc.double({ min: 0.001, max: 400, noNaN: true })
  fc.assert(
    fc.property(servers, load, (c, a) => {
      const [blocked, delayed] = [erlangB(c, a), erlangC(c, a)]
      assert.ok(blocked >= 0 && blocked <= delayed && delayed <= 1)
      assert.ok(erlangB(c + 1, a) <= blocked && erlangC(c + 1, a) <= delayed)
      assert.ok(erlangB(c, a * 1.01) >= blocked && erlangC(c, a * 1.01) >= delayed)
    }),
  )
})

test('what are no servers or no load is refused', () => {
  for (const servers of [-1, 1.5, Number.NaN])
    assert.throws(() => erlangC(servers, 1), { name: 'RangeError', message: /whole number/ })
  assert.throws(() => erlangC(0, 1), RangeError)
  assert.equal(erlangB(0, 1), 1) // without servers all are lost
  for (const load of [-1, Number.NaN, Infinity])
    assert.throws(() => erlangB(1, load), { name: 'RangeError', message: /offered load/ })
})

/**
 * By definition, B = (a^c / c!) / Σ a^k / k!, so 1 / B = Σ c (c − 1) … (c − j + 1) / a^j, j from 0 to c; and
 * 1 / C = ρ + (1 − ρ) / B. In whole numbers that stand for 200 digits behind the point.
 */
function inManyDigits(servers: number, load: number): [number, number] {
  const one = 10n ** 200n
  const a = BigInt(Math.round(load * 1000))
  let term = one
  let inverse = 0n
  for (let j = 0n; j <= BigInt(servers); j++) {
    inverse += term
    term = (term * (BigInt(servers) - j) * 1000n) / a
  }
  const rho = (one * a) / (1000n * BigInt(servers))
  const inverseC = rho + ((one - rho) * inverse) / one
  const toNumber = (value: bigint) => Number((value * 10n ** 30n) / one) / 1e30
  return [1 / toNumber(inverse), 1 / toNumber(inverseC)]
}
