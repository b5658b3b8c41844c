import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRandom } from '../../random.ts'
import { even, poisson } from './arrivals.ts'
import { empirical, exponential } from './draw.ts'
import { simulate } from './simulate.ts'
import { streams } from './streams.ts'
import { threadsOf } from './system.fixture.ts'
import type { Balance, Distribution, Load, System } from './system.ts'

const endless = Number.POSITIVE_INFINITY
const shares = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1]
const overheadMs = 2

const aLimit = fc.oneof(fc.constant(endless), fc.nat(4))

const aSystem: fc.Arbitrary<System> = fc.record({
  executor: fc.constantFrom('thread', 'event-loop', 'queue'),
  servers: fc.integer({ min: 1, max: 4 }),
  workers: fc.integer({ min: 1, max: 4 }),
  threads: fc.integer({ min: 1, max: 3 }),
  placement: fc.constantFrom('own', 'shared'),
  cores: fc.integer({ min: 1, max: 3 }),
  speeds: fc.constantFrom([1], [1, 1, 1], [1, 0.9, 0.7]),
  balance: fc.constantFrom<Balance>('least_conn', 'round_robin', 'random_two'),
  lineLimit: aLimit,
  queueLimit: aLimit,
  deadlineMs: fc.oneof(fc.constant(endless), fc.integer({ min: 0, max: 60 })),
  failures: fc.option(
    fc.record({
      meanBetweenMs: fc.integer({ min: 5, max: 500 }),
      downMs: fc.nat(50),
      handBackMs: fc.nat(50),
    }),
  ),
})

interface Traffic {
  ratePerS: number
  isEven: boolean
  /** Whole numbers: then much happens in the same moment. Null: exponential, 10 ms in the mean. */
  works: number[] | null
  seed: number
  warmUp: number
  requests: number
}

const aTraffic: fc.Arbitrary<Traffic> = fc.record({
  ratePerS: fc.integer({ min: 20, max: 1000 }),
  isEven: fc.boolean(),
  works: fc.option(fc.array(fc.nat(20), { minLength: 1, maxLength: 4 })),
  seed: fc.nat(1000),
  warmUp: fc.nat(30),
  requests: fc.integer({ min: 1, max: 300 }),
})

function run(system: System, { seed, warmUp, requests, ...traffic }: Traffic) {
  const random = createRandom(seed, streams.work)
  const draw = traffic.works === null ? exponential(10, random) : empirical(traffic.works, random)
  const drawn: number[] = []
  const load: Load = {
    next: traffic.isEven
      ? even(traffic.ratePerS)
      : poisson(traffic.ratePerS, createRandom(seed, streams.arrivals)),
    workMs: () => {
      drawn.push(draw())
      return drawn.at(-1)!
    },
    overheadMs: () => overheadMs,
  }
  return { outcome: simulate({ system, load, seed, warmUp, requests }), drawn }
}

const quantiles = (distribution: Distribution) =>
  shares.map((share) => distribution.quantile(share))

test('each counted request is completed, refused or expired, and whatever is measured makes sense', () => {
  fc.assert(
    fc.property(aSystem, aTraffic, (system, traffic) => {
      const { outcome } = run(system, traffic)
      const { arrived, completed, refused, expired, latencyMs, waitMs, runMs } = outcome
      assert.equal(arrived, traffic.requests)
      assert.equal(arrived, completed + refused + expired)
      for (const each of [latencyMs, waitMs, runMs]) {
        assert.equal(each.count, completed)
        const ascending = quantiles(each)
        assert.deepEqual(
          ascending,
          ascending.toSorted((a, b) => a - b),
        )
        assert.ok(each.mean >= 0 && each.mean <= each.max * (1 + 1e-9))
      }
      const parts = waitMs.mean + runMs.mean + (completed > 0 ? overheadMs : 0)
      assert.ok(Math.abs(latencyMs.mean - parts) < 1e-6)
      assert.ok(latencyMs.max - overheadMs <= system.deadlineMs + 1e-6)
      for (const share of [outcome.utilisation, outcome.occupancy])
        assert.ok(share >= 0 && share <= 1 + 1e-9, `${share}`)
      assert.ok(outcome.waiting.mean <= outcome.waiting.max + 1e-9)
      if (system.deadlineMs === endless) assert.equal(expired, 0)
      if (system.failures === null) assert.equal(outcome.repeated, 0)
    }),
    { numRuns: 1000 },
  )
})

test('no run is shorter than its work, and without limits and failures nobody is refused', () => {
  const unlimited = { lineLimit: endless, queueLimit: endless, deadlineMs: endless, failures: null }
  fc.assert(
    fc.property(aSystem, aTraffic, (system, traffic) => {
      const { outcome, drawn } = run({ ...system, ...unlimited }, traffic)
      assert.equal(outcome.refused, 0)
      assert.equal(outcome.completed, traffic.requests)
      const counted = drawn.slice(traffic.warmUp, traffic.warmUp + traffic.requests)
      const work = counted.reduce((sum, ms) => sum + ms, 0)
      assert.ok(outcome.runMs.mean * traffic.requests >= work * (1 - 1e-9))
      assert.ok(outcome.runMs.max >= Math.max(...counted) * (1 - 1e-9))
    }),
    { numRuns: 300 },
  )
})

test('every system meets the same requests', () => {
  fc.assert(
    fc.property(aSystem, aSystem, aTraffic, (one, other, traffic) => {
      const [a, b] = [run(one, traffic).drawn, run(other, traffic).drawn]
      const both = Math.min(a.length, b.length)
      assert.ok(both >= traffic.warmUp + traffic.requests)
      assert.deepEqual(a.slice(0, both), b.slice(0, both))
    }),
    { numRuns: 200 },
  )
})

test('a queue with more workers is never slower: neither in the mean nor at any quantile', () => {
  const size = fc.integer({ min: 1, max: 4 })
  fc.assert(
    fc.property(size, size, size, aTraffic, (workers, more, threads, traffic) => {
      const of = (workers: number) =>
        run(threadsOf(threads, { executor: 'queue', workers }), traffic).outcome
      const [few, many] = [of(workers), of(workers + more)]
      for (const name of ['waitMs', 'latencyMs'] as const) {
        // The wait is what is left of a sum: its last digit may be another one.
        assert.ok(many[name].mean <= few[name].mean + 1e-9)
        const [faster, slower] = [quantiles(many[name]), quantiles(few[name])]
        for (const [index, ms] of faster.entries())
          assert.ok(ms <= slower[index]! * 1.002 + 1e-9, `${name} at ${shares[index]}`)
      }
    }),
    { numRuns: 300 },
  )
})

test('waits in a queue are those of the Kiefer–Wolfowitz recursion', () => {
  // When each thread will be free, ascending: who comes next takes the first (J. Kiefer and J. Wolfowitz, On the
  // theory of queues with many servers, 1955).
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), aTraffic, (workers, traffic) => {
      const whole = { ...traffic, warmUp: 0 }
      const { outcome, drawn } = run(threadsOf(1, { executor: 'queue', workers }), whole)
      const { ratePerS, isEven, seed } = traffic
      const next = isEven ? even(ratePerS) : poisson(ratePerS, createRandom(seed, streams.arrivals))
      const freeMs = Array<number>(workers).fill(0)
      let [sum, max] = [0, 0]
      for (const workMs of drawn.slice(0, traffic.requests)) {
        const arrivedMs = next()!
        const startedMs = Math.max(arrivedMs, freeMs[0]!)
        freeMs[0] = startedMs + workMs
        freeMs.sort((a, b) => a - b)
        sum += startedMs - arrivedMs
        max = Math.max(max, startedMs - arrivedMs)
      }
      assert.ok(Math.abs(outcome.waitMs.mean - sum / traffic.requests) < 1e-9)
      assert.equal(outcome.waitMs.max, max)
    }),
    { numRuns: 300 },
  )
})
