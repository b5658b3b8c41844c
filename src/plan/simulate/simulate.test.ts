import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fixed } from './arrivals.ts'
import { constant } from './draw.ts'
import { simulate } from './simulate.ts'
import { outcomesOf, systemOf, threadsOf } from './system.fixture.ts'
import type { Distribution, Load, Outcome, System } from './system.ts'

/** Requests at these times, of 10 ms each with 1 ms beside; all are counted. */
const run = (system: System, timesMs: readonly number[], { warmUp = 0, requests = 100 } = {}) =>
  simulate({
    system,
    load: { next: fixed(timesMs), workMs: constant(10), overheadMs: constant(1) },
    seed: 1,
    warmUp,
    requests,
  })

const ends = ({ arrived, completed, refused, expired }: Outcome) => ({
  arrived,
  completed,
  refused,
  expired,
})

/** All that an outcome says, as plain numbers. */
const figures = (outcome: Outcome) => {
  const shares = [0.01, 0.5, 0.9, 0.95, 0.99, 1]
  const of = (durations: Distribution) => [
    durations.count,
    durations.mean,
    durations.max,
    ...shares.map((share) => durations.quantile(share)),
  ]
  const { latencyMs, waitMs, runMs, ...rest } = outcome
  return {
    ...rest,
    latency: of(latencyMs),
    wait: of(waitMs),
    run: of(runMs),
  }
}

test('three at once for one thread: they wait 0, 10 and 20 ms', () => {
  const outcome = run(systemOf(), [5, 5, 5])
  assert.deepEqual(ends(outcome), { arrived: 3, completed: 3, refused: 0, expired: 0 })
  assert.equal(outcome.waitMs.mean, 10)
  assert.equal(outcome.latencyMs.max, 31)
  assert.equal(outcome.runMs.mean, 10)
  assert.equal(outcome.waiting.max, 2)
})

test('averages are taken from the first counted arrival until the last', () => {
  const outcome = run(threadsOf(2), [0, 20, 24, 40, 100], { warmUp: 1, requests: 3 })
  assert.equal(outcome.arrived, 3)
  assert.equal(outcome.spanMs, 20)
  assert.equal(outcome.utilisation, 0.5) // two tasks of 10 ms, on two cores
  assert.equal(outcome.occupancy, 0.5)
  const crowded = run(systemOf({ threads: 2 }), [0, 1, 2, 20])
  assert.equal(crowded.utilisation, 1) // both tasks share the core
  assert.equal(crowded.occupancy, 39 / 40) // one thread in the first millisecond
  assert.equal(crowded.waiting.mean, (20 - 2 - 1) / 20) // until the first is done, at 19
})

test('a load that ends in its warm-up leaves nothing to count', () => {
  const outcome = run(systemOf(), [0, 1], { warmUp: 5 })
  assert.deepEqual(ends(outcome), { arrived: 0, completed: 0, refused: 0, expired: 0 })
  assert.deepEqual([outcome.utilisation, outcome.spanMs, outcome.latencyMs.mean], [0, 0, 0])
})

test('what waits at its deadline leaves its line, what runs is ended, what ends in time is not', () => {
  const outcome = run(systemOf({ deadlineMs: 15, lineLimit: 1 }), [0, 1, 14, 17, 18])
  // The first until 10, the second from then until 16, when it is ended; the third runs until 26; the fourth
  // waits and is ended at 32; the last finds the line full.
  assert.deepEqual(ends(outcome), { arrived: 5, completed: 2, refused: 1, expired: 2 })
  assert.equal(outcome.latencyMs.max, 13)
  const waiting = run(systemOf({ deadlineMs: 5 }), [0, 1])
  assert.deepEqual(ends(waiting), { arrived: 2, completed: 0, refused: 0, expired: 2 })
  const inTime = run(systemOf({ deadlineMs: 10 }), [0])
  assert.equal(inTime.completed, 1)
})

test('an event loop goes on past deadlines, and what ends too late has expired', () => {
  const loop = systemOf({ executor: 'event-loop', deadlineMs: 15 })
  const outcome = run(loop, [0, 1, 14, 50])
  // They end at 10, 20, 30 and 60: the second after 19 ms, the third after 16.
  assert.deepEqual(ends(outcome), { arrived: 4, completed: 2, refused: 0, expired: 2 })
  assert.equal(outcome.latencyMs.max, 11)
  assert.equal(outcome.utilisation, 30 / 50)
  assert.deepEqual(ends(run({ ...loop, deadlineMs: 10 }, [0])), {
    ...{ arrived: 1, completed: 1, refused: 0, expired: 0 },
  })
  const hopeless = run({ ...loop, deadlineMs: 9 }, [0, 100])
  assert.equal(hopeless.expired, 2)
  assert.equal(hopeless.utilisation, 0.1)
})

test('an event loop runs one at a time and refuses nobody', () => {
  const loop = systemOf({ executor: 'event-loop', threads: 8, lineLimit: 0 })
  const outcome = run(loop, Array(200).fill(0), { requests: 200 })
  assert.equal(outcome.completed, 200)
  assert.equal(outcome.waitMs.max, 1990)
})

test('a queue with workers is one server with as many threads', () => {
  const traffic = { ratePerS: 5000, requests: 20_000 }
  const [threads] = outcomesOf(threadsOf(6), traffic)
  const [workers] = outcomesOf(threadsOf(2, { executor: 'queue', workers: 3 }), traffic)
  assert.deepEqual(figures(workers!), figures(threads!))
})

test('the same seed has the same outcome, another one another', () => {
  const failures = { meanBetweenMs: 500, downMs: 20, handBackMs: 5 }
  const system = systemOf({ servers: 3, balance: 'random_two', failures, deadlineMs: 20 })
  const of = (seed: number) => {
    const [outcome] = outcomesOf(system, { ratePerS: 2000, requests: 5000, seeds: [seed] })
    return figures(outcome!)
  }
  assert.deepEqual(of(1), of(1))
  assert.notDeepEqual(of(1), of(2))
})

test('a system that gets twice what it can do is simulated to its end', () => {
  const [outcome] = outcomesOf(systemOf(), { ratePerS: 2000, requests: 20_000 })
  assert.equal(outcome!.completed, 20_000)
  assert.ok(outcome!.waitMs.max > 9000)
  assert.ok(outcome!.utilisation > 0.999)
})

for (const executor of ['thread', 'event-loop', 'queue'] as const)
  test(`${executor}: where instances die, nothing is lost, runs are repeated, and cores do more`, () => {
    const system = systemOf({ executor, servers: 8, workers: 8 })
    const failures = { meanBetweenMs: 20, downMs: 1, handBackMs: 2 }
    const traffic = { ratePerS: 4000, requests: 50_000, work: () => constant(1) }
    const [calm] = outcomesOf(system, traffic)
    const [outcome] = outcomesOf({ ...system, failures }, traffic)
    assert.equal(outcome!.completed + outcome!.refused, 50_000)
    assert.ok(outcome!.refused <= 5, `${outcome!.refused}`) // no server was there
    // A run of 1 ms is ended by a death in one of 20 cases, and so are its repetitions.
    assert.ok(Math.abs(outcome!.repeated / 50_000 - 1 / 19.5) < 0.003, `${outcome!.repeated}`)
    assert.ok(outcome!.utilisation > calm!.utilisation * 1.01)
    assert.ok(outcome!.latencyMs.quantile(0.99) > calm!.latencyMs.quantile(0.99))
    assert.equal(calm!.repeated, 0)
  })

test('what makes no sense is refused, all of it at once', () => {
  const system = systemOf({ servers: 0, speeds: [], cores: Number.NaN })
  assert.throws(
    () => run(system, [0]),
    /^RangeError: This cannot be simulated: servers is 0 and not a whole number from 1 on; cores is NaN.*speeds are/,
  )
  assert.throws(() => run(systemOf(), [0], { warmUp: 0.5 }), /warmUp is 0.5/)
  const failures = { meanBetweenMs: 1, downMs: Number.POSITIVE_INFINITY, handBackMs: 0 }
  assert.throws(() => run(systemOf({ failures }), [0]), /downMs is Infinity and not 0 or more and/)
})

test('there is a speed for each number of tasks up to the cores, and no other', () => {
  for (const speeds of [[1], [1, 0.9, 0.8], [1, 0], [1, Number.NaN]])
    assert.throws(() => run(systemOf({ cores: 2, speeds }), [0]), /speeds are \[1.* up to 2 cores/)
  assert.equal(run(systemOf({ cores: 2, speeds: [1, 0.9] }), [0]).completed, 1)
})

test('a load that gives no time, no order or no duration is told which it was', () => {
  const draw = (load: Partial<Load>) => () =>
    simulate({
      system: systemOf(),
      load: { next: fixed([0, 1]), workMs: constant(1), overheadMs: constant(1), ...load },
      seed: 1,
      warmUp: 0,
      requests: 2,
    })
  const { NaN: nan, POSITIVE_INFINITY: endless } = Number
  assert.throws(draw({ next: fixed([5, 4]) }), /one after another: one at 4 ms is after 5 ms/)
  assert.throws(draw({ next: fixed([-1]) }), /one after another: one at -1 ms is after 0 ms/)
  assert.throws(draw({ next: fixed([nan, 4]) }), /next\(\) gave NaN, after 0 ms/)
  assert.throws(draw({ next: fixed([1, nan]) }), /next\(\) gave NaN, after 1 ms/)
  for (const ms of [nan, -1, endless])
    assert.throws(draw({ workMs: constant(ms) }), new RegExp(`workMs\\(\\) gave ${ms}`))
  for (const ms of [nan, endless])
    assert.throws(draw({ overheadMs: constant(ms) }), new RegExp(`overheadMs\\(\\) gave ${ms}`))
})
