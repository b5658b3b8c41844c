import assert from 'node:assert/strict'
import { test } from 'node:test'
import { erlangB } from '../model/erlang-c.ts'
import { mdcWaitMs } from '../model/mdc.ts'
import {
  mmcQueueLength,
  mmcSojournMs,
  mmcSojournQuantileMs,
  mmcSojournTail,
  mmcWaitMs,
  mmcWaitQuantileMs,
} from '../model/mmc.ts'
import { processorSharingSojournMs } from '../model/processor-sharing.ts'
import { randomChoiceSojournMs } from '../model/random-two.ts'
import { constant } from './draw.ts'
import { meanOf, outcomesOf, systemOf, type Traffic, threadsOf } from './system.fixture.ts'
import type { Outcome, System } from './system.ts'

/*
 * Long runs beside theory: the formulas of src/plan/model, which are held against published values there, and written
 * out here where there is no model. Work takes 1 ms in the mean, so that 1,000 requests a second are a load of 1.
 * Each run is as long as it must be for its standard error, of 24 other seeds, to be at most half a percent (M/M/8),
 * else a third.
 */

const within = (actual: number, right: number, share = 0.01) =>
  assert.ok(
    Math.abs(actual / right - 1) <= share,
    `${actual} is ${((actual / right - 1) * 100).toFixed(2)}% off ${right}`,
  )

const mean = (system: System, traffic: Traffic, of: (outcome: Outcome) => number) =>
  meanOf(outcomesOf(system, traffic).map(of))

test('M/M/1: times in the system, how many wait and how busy it is', () => {
  const outcomes = outcomesOf(systemOf(), { ratePerS: 700, requests: 3_000_000, seeds: [1, 2] })
  const over = (of: (outcome: Outcome) => number) => meanOf(outcomes.map(of))
  const queue = { servers: 1, ratePerS: 700, serviceMs: 1 }
  within(
    over(({ latencyMs }) => latencyMs.mean),
    mmcSojournMs(queue),
  )
  for (const share of [0.5, 0.95])
    within(
      over(({ latencyMs }) => latencyMs.quantile(share)),
      mmcSojournQuantileMs(queue, share),
    )
  within(
    over(({ waiting }) => waiting.mean),
    mmcQueueLength(queue),
  )
  within(
    over(({ utilisation }) => utilisation),
    0.7,
  )
})

test('M/M/8: waits are what Erlang C says, in the mean and at the 95th percentile', () => {
  const queue = { servers: 8, ratePerS: 6000, serviceMs: 1 }
  const outcomes = outcomesOf(threadsOf(8), {
    ratePerS: 6000,
    requests: 6_000_000,
    seeds: [1, 2],
  })
  within(meanOf(outcomes.map(({ waitMs }) => waitMs.mean)), mmcWaitMs(queue))
  const quantiles = outcomes.map(({ waitMs }) => waitMs.quantile(0.95))
  within(meanOf(quantiles), mmcWaitQuantileMs(queue, 0.95))
})

test('M/D/4: the mean wait is what Crommelin says', () => {
  const traffic = { ratePerS: 3200, work: () => constant(1), requests: 6_000_000 }
  within(
    mean(threadsOf(4), traffic, ({ waitMs }) => waitMs.mean),
    mdcWaitMs({ servers: 4, ratePerS: 3200, serviceMs: 1 }),
  )
})

for (const load of [0.7, 0.9])
  test(`random_two at ${load * 100}%: 1,000 servers are as good as the supermarket model says of any number`, () => {
    const system = systemOf({ servers: 1000, balance: 'random_two' })
    const traffic = { ratePerS: load * 1e6, requests: 3_000_000 }
    within(
      mean(system, traffic, ({ latencyMs }) => latencyMs.mean),
      randomChoiceSojournMs({ ratePerS: load * 1000, serviceMs: 1 }),
    )
  })

test('round_robin to two servers: each is E2/M/1', () => {
  // 1 / (μ (1 − σ)), σ = A*(μ (1 − σ)) with A* of a gap of two: L. Kleinrock, Queueing Systems I, 1975, 6.4.
  const rate = 1.5
  let sigma = 0.5
  for (let i = 0; i < 200; i++) sigma = (rate / (rate + 1 - sigma)) ** 2
  const system = systemOf({ servers: 2, balance: 'round_robin' })
  const traffic = { ratePerS: 1000 * rate, requests: 4_000_000 }
  within(
    mean(system, traffic, ({ latencyMs }) => latencyMs.mean),
    1 / (1 - sigma),
  )
})

test('least_conn to two servers: each request joins the shorter line', () => {
  // The chain of the two lines, until it stays as it is: no formula is known.
  const [rate, most] = [1.4, 60]
  const at = (a: number, b: number) => a * (most + 1) + b
  let shares = new Float64Array((most + 1) ** 2).fill((most + 1) ** -2)
  for (let step = 0; step < 4000; step++) {
    const next = new Float64Array(shares.length)
    for (let a = 0; a <= most; a++)
      for (let b = 0; b <= most; b++) {
        const share = shares[at(a, b)]! / (rate + 2)
        const [toA, toB] = [a < b ? 1 : a > b ? 0 : 0.5, a < b ? 0 : a > b ? 1 : 0.5]
        next[at(Math.min(most, a + 1), b)]! += share * rate * toA
        next[at(a, Math.min(most, b + 1))]! += share * rate * toB
        next[at(Math.max(0, a - 1), b)]! += share
        next[at(a, Math.max(0, b - 1))]! += share
      }
    shares = next
  }
  let inSystem = 0
  for (let a = 0; a <= most; a++)
    for (let b = 0; b <= most; b++) inSystem += (a + b) * shares[at(a, b)]!
  const traffic = { ratePerS: 1000 * rate, requests: 4_000_000 }
  within(
    mean(systemOf({ servers: 2 }), traffic, ({ latencyMs }) => latencyMs.mean),
    inSystem / rate,
  )
})

for (const [name, work] of [
  ['constant', () => constant(1)],
  [
    'hyperexponential',
    // Nine in ten take half the mean, the others 5.5 times: exponential each; the mean is 1.
    (random: () => number) => () => (random() < 0.9 ? -0.5 : -5.5) * Math.log(1 - random()),
  ],
] as const)
  test(`M/G/1 with processor sharing: the mean time is what the model says, with ${name} work`, () => {
    // A core for all, and threads without number.
    const system = systemOf({ threads: 1000, placement: 'shared' })
    const traffic = { ratePerS: 600, work, requests: 2_000_000, seeds: [1, 2] }
    within(
      mean(system, traffic, ({ latencyMs }) => latencyMs.mean),
      processorSharingSojournMs({ ratePerS: 600, serviceMs: 1 }),
    )
  })

for (const placement of ['own', 'shared'] as const)
  test(`threads that slow each other down (${placement}): a chain of births and deaths`, () => {
    // Two cores that do 1.6 at most, and four threads: no more with four than with two.
    const system = systemOf({ threads: 4, cores: 2, speeds: [1, 0.8], placement })
    const rate = 1.1
    let [share, sum, inSystem, busy] = [1, 0, 0, 0]
    for (let n = 0; n < 500; n++) {
      sum += share
      inSystem += n * share
      busy += Math.min(n, 2) * share
      share *= rate / (n === 0 ? 1 : 1.6)
    }
    const [outcome] = outcomesOf(system, { ratePerS: 1000 * rate, requests: 3_000_000 })
    within(outcome!.latencyMs.mean, inSystem / sum / rate)
    within(outcome!.utilisation, busy / sum / 2)
  })

test('a server without a line refuses what Erlang B says, whatever work is distributed like', () => {
  for (const work of [undefined, () => constant(1)]) {
    const traffic = { ratePerS: 3000, requests: 2_000_000, ...(work && { work }) }
    const share = ({ refused, arrived }: Outcome) => refused / arrived
    within(mean(threadsOf(4, { lineLimit: 0 }), traffic, share), erlangB(4, 3))
  }
})

test('a queue with four places refuses what M/M/1/5 does', () => {
  const system = systemOf({ executor: 'queue', queueLimit: 4 })
  const right = ((1 - 0.8) * 0.8 ** 5) / (1 - 0.8 ** 6)
  const traffic = { ratePerS: 800, requests: 3_000_000 }
  within(
    mean(system, traffic, ({ refused, arrived }) => refused / arrived),
    right,
  )
})

test('with a deadline that ends runs, work in a server is that of a dam which overflows', () => {
  // Whoever finds work v leaves min(v + S, d): a finite dam, whose density is that of M/M/1 cut off at d
  // (J. W. Cohen, The Single Server Queue, 1982, III.5). So e^(−(μ−λ)d) P0 expire, P0 what is idle.
  const [rate, deadlineMs] = [0.8, 5]
  const tail = Math.exp(-(1 - rate) * deadlineMs)
  const idle = 1 / (1 + (rate / (1 - rate)) * (1 - tail))
  const traffic = { ratePerS: 1000 * rate, requests: 3_000_000 }
  const [outcome] = outcomesOf(systemOf({ deadlineMs }), traffic)
  within(outcome!.expired / outcome!.arrived, idle * tail)
  within(outcome!.utilisation, 1 - idle)
})

test('an event loop with a deadline is M/M/1 all the same: what takes longer than that has expired', () => {
  const loop = systemOf({ executor: 'event-loop', deadlineMs: 5 })
  const [outcome] = outcomesOf(loop, { ratePerS: 700, requests: 3_000_000 })
  const queue = { servers: 1, ratePerS: 700, serviceMs: 1 }
  within(outcome!.expired / outcome!.arrived, mmcSojournTail(queue, 5))
  within(outcome!.utilisation, 0.7)
})
