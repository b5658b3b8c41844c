import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertDigits } from './digits.fixture.ts'
import { md1WaitMs } from './md1.ts'
import { mdcWaitMs } from './mdc.ts'
import { mmcWaitMs } from './mmc.ts'

const queueOf = (servers: number, utilisation: number) => ({
  servers,
  ratePerS: servers * utilisation,
  serviceMs: 1000,
})

// In services. By two ways that have nothing in common with roots and generating functions, nor with each
// other; both below.
for (const [servers, utilisation, wait] of [
  [2, 0.5, 0.1767411],
  [2, 0.9, 2.146923],
  [4, 0.3, 0.008455639],
  [4, 0.5, 0.04965174],
  [4, 0.8, 0.3860949],
  [4, 0.9, 0.9999659],
  [10, 0.9, 0.3445821],
  [25, 0.8, 0.0238677],
  [100, 0.95, 0.05344604],
] as const)
  test(`${servers} servers at ${utilisation * 100}%: a mean wait of ${wait} services`, () => {
    const exact = mdcWaitMs(queueOf(servers, utilisation)) / 1000
    assertDigits(exact, wait, 5e-7)
    assertDigits(exact, bySpitzer(servers, utilisation), 1e-9)
    assertDigits(exact, byChain(servers, utilisation), 1e-7)
  })

test('one server is M/D/1', () => {
  for (const utilisation of [0.001, 0.5, 0.99, 0.999999])
    assertDigits(mdcWaitMs(queueOf(1, utilisation)), md1WaitMs(queueOf(1, utilisation)))
})

test('near saturation, and with many servers, it is what else is known: half the wait of M/M/c, and more below', () => {
  for (const servers of [3, 64, 1000, 10_000]) {
    const ratio = (utilisation: number) =>
      mdcWaitMs(queueOf(servers, utilisation)) / mmcWaitMs(queueOf(servers, utilisation))
    assertDigits(ratio(1 - 1e-8), 0.5, 1e-5)
    assert.ok(ratio(0.999) > 0.5 && ratio(0.999) < 1)
  }
})

test('where hardly any request waits, rounding leaves an error of at most 1e-13 waiting a server', () => {
  for (const servers of [2, 100, 10_000])
    for (const utilisation of [1e-6, 0.01, 0.2]) {
      const error =
        mdcWaitMs(queueOf(servers, utilisation)) / 1000 - bySpitzer(servers, utilisation)
      assert.ok(Math.abs(error) * servers * utilisation < 1e-13 * servers, `${error}`)
    }
  assert.equal(mdcWaitMs(queueOf(3, 0)), 0)
})

test('with as much work as servers can do, or more, the wait has no end', () => {
  assert.equal(mdcWaitMs(queueOf(3, 1)), Infinity)
  assert.equal(mdcWaitMs(queueOf(3, 2)), Infinity)
})

test('what is no queue is refused', () => {
  assert.throws(() => mdcWaitMs({ servers: 1.5, ratePerS: 1, serviceMs: 1 }), /servers/)
})

/**
 * First come, first served and all services equal: the c-th request after mine has my server, so that each server has
 * every c-th request and its waits follow Lindley's W' = max(0, W + D − T), T the time of c arrivals. By F. Spitzer (A
 * combinatorial lemma and its application to probability theory, 1956) E W = Σ E max(0, mD − T_m) / m, T_m the
 * time of mc arrivals; and E max(0, x − T_m) = E max(0, N − mc) / λ, N the Poisson number of arrivals within x.
 */
function bySpitzer(servers: number, utilisation: number): number {
  const load = servers * utilisation
  let waiting = 0
  let logFactorial = 0
  for (let m = 1, upTo = 0; ; m++) {
    const mean = m * load
    for (; upTo <= m * servers; upTo++) logFactorial += Math.log(upTo + 1)
    let probability = Math.exp(-mean + (m * servers + 1) * Math.log(mean) - logFactorial)
    let beyond = 0
    for (let j = 1; probability * j > beyond * 1e-17; j++) {
      beyond += probability * j
      probability *= mean / (m * servers + 1 + j)
    }
    waiting += beyond / m
    if (beyond <= waiting * 1e-15) return waiting / load
  }
}

/** The number in the system one service time later is max(0, N − c) and as many as have come: from empty until it stays. */
function byChain(servers: number, utilisation: number): number {
  const load = servers * utilisation
  const states = servers + Math.ceil(20 / (1 - utilisation)) // beyond: less than 1e-12
  const arrivals = [Math.exp(-load)]
  for (let j = 1; j < states; j++) arrivals.push((arrivals[j - 1]! * load) / j)
  let now = new Float64Array(states)
  now[0] = 1
  for (let last = -1; ; ) {
    const next = new Float64Array(states)
    for (let n = 0; n < states; n++) {
      const left = Math.max(0, n - servers)
      for (let j = 0; left + j < states; j++) next[left + j]! += now[n]! * arrivals[j]!
    }
    now = next
    const waiting = now.reduce((sum, share, n) => sum + share * Math.max(0, n - servers), 0)
    if (Math.abs(waiting - last) < 1e-12) return waiting / load
    last = waiting
  }
}
