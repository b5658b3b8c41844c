import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRandom } from '../../random.ts'
import { even, fixed, poisson } from './arrivals.ts'
import { empirical, exponential } from './draw.ts'
import { Requests } from './requests.ts'
import { simulate } from './simulate.ts'
import { Simulation } from './simulation.ts'
import { streams } from './streams.ts'
import { outcomesOf, systemOf, threadsOf } from './system.fixture.ts'
import type { Balance, Distribution, Load, Outcome, SimulateOptions, System } from './system.ts'

const endless = Number.POSITIVE_INFINITY
const shares = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1]
const overheadMs = 2

const size = fc.integer({ min: 1, max: 4 })
const aLimit = fc.oneof(fc.constant(endless), fc.nat(4))

/** How fast tasks are on so many cores, each of which slows the others down by as much. */
const speedsOn = (cores: number, slowdown: number) =>
  Array.from({ length: cores }, (_, others) => 1 - slowdown * others)

const aSlowdown = fc.constantFrom(0, 0.1, 0.3)

const aSystem: fc.Arbitrary<System> = fc
  .record({
    executor: fc.constantFrom<System['executor']>('thread', 'event-loop', 'queue'),
    servers: fc.integer({ min: 1, max: 4 }),
    workers: fc.integer({ min: 1, max: 4 }),
    threads: fc.integer({ min: 1, max: 3 }),
    placement: fc.constantFrom<System['placement']>('own', 'shared'),
    cores: fc.integer({ min: 1, max: 3 }),
    slowdown: aSlowdown,
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
  .map(({ slowdown, ...system }) => ({ ...system, speeds: speedsOn(system.cores, slowdown) }))

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

/** What to simulate, and the work of each request that has come. */
function optionsOf(system: System, { seed, warmUp, requests, ...traffic }: Traffic) {
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
  const options: SimulateOptions = { system, load, seed, warmUp, requests }
  return { options, drawn }
}

function run(system: System, traffic: Traffic) {
  const { options, drawn } = optionsOf(system, traffic)
  return { outcome: simulate(options), drawn }
}

const quantiles = (distribution: Distribution) =>
  shares.map((share) => distribution.quantile(share))

/** Tells each request from all others, whatever its id, and sees that what ends is one that is open. */
class Register extends Requests {
  readonly #numbers = new Map<number, number>()
  /** By request, in order of arrival. */
  readonly ends: { isCounted: boolean; times: number }[] = []

  override open(arrivedMs: number, workMs: number, overheadMs: number, isCounted: boolean): number {
    const id = super.open(arrivedMs, workMs, overheadMs, isCounted)
    assert.ok(!this.#numbers.has(id), 'an id is of one open request only')
    this.#numbers.set(id, this.ends.length)
    this.ends.push({ isCounted, times: 0 })
    return id
  }

  override close(id: number): void {
    const number = this.#numbers.get(id)
    assert.ok(number !== undefined, 'what ends is open')
    this.#numbers.delete(id)
    this.ends[number]!.times++
    super.close(id)
  }
}

/** Whether nothing will ever happen any more but that instances die and come back. */
const isQuiet = ({ machines, executor, arrivalMs, expiryMs }: Simulation) =>
  executor.waiting === 0 &&
  [machines.nextMs, executor.handBackMs, arrivalMs, expiryMs].every((ms) => ms === endless)

test('each request that comes ends once, before, while and after some are counted, and leaves nothing behind', () => {
  fc.assert(
    fc.property(aSystem, aTraffic, (system, traffic) => {
      const register = new Register()
      const simulation = new Simulation(optionsOf(system, traffic).options, register)
      for (let steps = 0; !isQuiet(simulation); steps++) {
        assert.ok(steps < 200_000, 'something waits for ever')
        simulation.step()
      }
      const { ends } = register
      assert.equal(ends.length, traffic.warmUp + 2 * traffic.requests)
      for (const [number, { times }] of ends.entries()) assert.equal(times, 1, `request ${number}`)
      assert.equal(simulation.machines.running, 0)
      assert.equal(simulation.machines.busyCores, 0)
      const { arrived, completed, refused, expired } = simulation.outcome()
      assert.equal(arrived, traffic.requests)
      assert.equal(ends.filter(({ isCounted }) => isCounted).length, completed + refused + expired)
    }),
    { numRuns: 1000 },
  )
})

test('once a load has drained every thread is free: as many requests as there are begin at once', () => {
  // random_two does not fill all evenly. A place in each line, and no time away: who finds no thread waits.
  const balances = fc.constantFrom<Balance>('least_conn', 'round_robin')
  const aMean = fc.option(fc.integer({ min: 50, max: 500 }))
  fc.assert(
    fc.property(aSystem, aTraffic, balances, aMean, (system, traffic, balance, meanBetweenMs) => {
      const { options } = optionsOf(
        {
          ...system,
          balance,
          lineLimit: system.lineLimit + 1,
          queueLimit: system.queueLimit + 1,
          failures: meanBetweenMs === null ? null : { meanBetweenMs, downMs: 0, handBackMs: 20 },
        },
        traffic,
      )
      const { executor, servers, workers, threads } = system
      const instances = executor === 'queue' ? workers : servers
      const all = instances * (executor === 'event-loop' ? 1 : threads)
      const before = Array.from({ length: traffic.requests }, () => options.load.next()!)
      // 300 runs of 20 ms, each eleven times at less than half of the speed, would be over.
      const muchLaterMs = before.at(-1)! + 200_000
      const next = fixed([...before, ...Array(all).fill(muchLaterMs)])
      const outcome = simulate({
        ...options,
        load: { ...options.load, next },
        warmUp: before.length,
        requests: all,
      })
      assert.equal(outcome.arrived, all)
      assert.equal(outcome.waiting.max, 0)
    }),
    { numRuns: 200 },
  )
})

test('whatever is measured makes sense', () => {
  fc.assert(
    fc.property(aSystem, aTraffic, (system, traffic) => {
      const { outcome } = run(system, traffic)
      const { arrived, completed, refused, expired, latencyMs, waitMs, runMs } = outcome
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

test('on an event loop a deadline ends nothing: it only says what was too late', () => {
  const aDeadline = fc.integer({ min: 0, max: 100 })
  fc.assert(
    fc.property(aSystem, aTraffic, aDeadline, (any, traffic, deadlineMs) => {
      const system: System = { ...any, executor: 'event-loop' }
      const { outcome: free } = run({ ...system, deadlineMs: endless }, traffic)
      const { outcome } = run({ ...system, deadlineMs }, traffic)
      assert.equal(outcome.completed + outcome.expired, free.completed)
      const same = ({ arrived, refused, repeated, utilisation, occupancy, waiting }: Outcome) => ({
        ...{ arrived, refused, repeated, utilisation, occupancy, waiting },
      })
      assert.deepEqual(same(outcome), same(free))
      const worstMs = free.latencyMs.max - overheadMs
      assert.equal(outcome.expired > 0, worstMs > deadlineMs + 1e-6)
    }),
    { numRuns: 300 },
  )
})

test('a queue whose tasks do not slow each other down is never slower with more workers, in the mean and at any quantile', () => {
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

for (const executor of ['thread', 'event-loop', 'queue'] as const)
  test(`${executor}: with more instances, each on a machine of its own, 20,000 requests are not slower in the mean`, () => {
    // By least_conn, and with tasks that slow each other down: single ones may be slower, so this is of samples.
    fc.assert(
      fc.property(
        fc.record({ instances: size, more: size, threads: size, slowdown: aSlowdown }),
        fc.record({ load: fc.double({ min: 0.1, max: 1.2, noNaN: true }), seed: fc.nat(1000) }),
        ({ instances, more, threads, slowdown }, { load, seed }) => {
          const speeds = speedsOn(threads, slowdown)
          const perMs = executor === 'event-loop' ? 1 : threads * speeds.at(-1)!
          const meanMs = (servers: number) => {
            const system = systemOf({
              ...{ executor, servers, workers: servers, threads, cores: threads, speeds },
            })
            const ratePerS = 1000 * load * instances * perMs
            const [outcome] = outcomesOf(system, { ratePerS, requests: 20_000, seeds: [seed] })
            return outcome!.latencyMs.mean
          }
          const [few, many] = [meanMs(instances), meanMs(instances + more)]
          assert.ok(many <= few * (1 + 1e-9), `${many} with ${more} more, ${few} without`)
        },
      ),
      { numRuns: 60, seed: 6 },
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
