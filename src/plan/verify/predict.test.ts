import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRandom } from '../../random.ts'
import type { Profile } from '../fit/profile.ts'
import { md1WaitQuantileMs } from '../model/md1.ts'
import { poisson } from '../simulate/arrivals.ts'
import { type HeldOut, heldOutOf } from './held-out.ts'
import { predict, replay } from './predict.ts'

/** A task of exactly 50 ms on two cores that slow each other by a tenth, and 2 ms beside it. */
const profile: Profile = {
  task: 'primes',
  params: {},
  runs: ['a'],
  machine: { cpus: '2 × any', cores: 2 },
  alone: { valuesMs: [50], meanMs: 50, scv: 0, count: 100, meanInterval: { low: 49, high: 51 } },
  scaling: {
    points: [
      { running: 1, speed: 1, count: 100 },
      { running: 2, speed: 0.9, count: 100 },
    ],
    usl: {
      sigma: 1 / 9,
      kappa: 0,
      sigmaInterval: { low: 0.1, high: 0.12 },
      kappaInterval: { low: 0, high: 0 },
      free: 'sigma',
    },
    measuredTo: 2,
  },
  executors: (['thread', 'queue', 'event-loop'] as const).map((executor) => ({
    executor,
    measured: true,
    overheadMs: [2],
    gapMs: executor === 'queue' ? 1 : 0,
    slowdown: 1,
    overheadCpuMs: null,
    capacityPerS: null,
    capacityPerCorePerS: null,
    range: { ratePerS: 30, servers: null, workers: null },
  })),
  assumed: [],
}

const limits = { lineLimit: 64, queueLimit: 10_000 }
const thread: HeldOut = { executor: 'thread', servers: 1, workers: 1, load: 0.5, ratePerS: 18 }
const close = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual / expected - 1) < within, `${actual} is not ${expected}`)

describe('what is held out', () => {
  it('is so much of what the machine can do, one of either kind and two', () => {
    const held = heldOutOf(profile, ['thread', 'queue'])
    // Two tasks at once at 0.9 of the speed: 36 a second; of the queue 2 × 0.9 / 51 ms.
    assert.deepEqual(
      held.map(({ executor, servers, load, ratePerS }) => [executor, servers, load, ratePerS]),
      [
        ['thread', 1, 0.3, 10.8],
        ['thread', 1, 0.5, 18],
        ['thread', 1, 0.7, 25.2],
        ['thread', 1, 0.85, 30.6],
        ['thread', 2, 0.5, 18],
        ['thread', 2, 0.85, 30.6],
        ['queue', 1, 0.3, 10.6],
        ['queue', 1, 0.5, 17.6],
        ['queue', 1, 0.7, 24.7],
        ['queue', 1, 0.85, 30],
        ['queue', 2, 0.5, 17.6],
        ['queue', 2, 0.85, 30],
      ],
    )
  })

  it('has one core for one event loop', () => {
    const [first] = heldOutOf(profile, ['event-loop'])
    assert.equal(first?.ratePerS, 6)
  })
})

describe('a prediction', () => {
  it('of requests that never meet is the task and what is beside it', () => {
    const dueMs = Array.from({ length: 100 }, (_, n) => n * 1000 - 5000)
    const { p50, p95, aloneMs } = predict(profile, thread, { ...limits, dueMs })
    close(p50.ms, 52, 0.003)
    close(p95.ms, 52, 0.003)
    close(aloneMs, 50, 1e-9)
    close(p50.low, 2 + 49, 0.005)
    close(p50.high, 2 + 51, 0.005)
  })

  it('of two that always meet is slower, as cores slow each other', () => {
    const dueMs = Array.from({ length: 100 }, (_, n) => Math.floor(n / 2) * 1000)
    const { p50, speedAmong } = predict(profile, thread, { ...limits, dueMs })
    close(p50.ms, 50 / 0.9 + 2, 0.003)
    assert.deepEqual([1, 2, 4].map(speedAmong), [1, 0.9, 0.45])
  })

  it('does not count the idle time after a task to its latency, but to what a worker can do', () => {
    // Two at once, and again as soon as they are done: 52 ms apart are enough for a thread, not for the queue.
    const dueMs = Array.from({ length: 400 }, (_, n) => Math.floor(n / 2) * (50 / 0.9))
    const at = (executor: HeldOut['executor']) =>
      predict(profile, { ...thread, executor }, { ...limits, dueMs }).p95
    close(at('thread').ms, 50 / 0.9 + 2, 0.01)
    // Each pair is 1 / 0.9 ms later than the one before.
    close(at('queue').ms, (0.95 * 200) / 0.9 + 50 / 0.9 + 2, 0.02)
    const alone = Array.from({ length: 100 }, (_, n) => n * 1000)
    close(
      predict(profile, { ...thread, executor: 'queue' }, { ...limits, dueMs: alone }).p50.ms,
      53,
      0.003,
    )
  })

  it('of one loop with Poisson arrivals is as theory has it', () => {
    const next = poisson(12, createRandom(5))
    const dueMs = Array.from({ length: 20_000 }, () => next()!)
    const loop: HeldOut = { ...thread, executor: 'event-loop', ratePerS: 12 }
    const queue = { ratePerS: 12, serviceMs: 50 }
    const { p50, p95 } = predict(profile, loop, { ...limits, dueMs })
    close(p50.ms, md1WaitQuantileMs(queue, 0.5) + 52, 0.03)
    close(p95.ms, md1WaitQuantileMs(queue, 0.95) + 52, 0.05)
  })

  it('is surer of a calm service than of a busy one', () => {
    const dueAt = (ratePerS: number) => {
      const next = poisson(ratePerS, createRandom(3))
      return Array.from({ length: 2000 }, () => next()!)
    }
    const widthAt = (ratePerS: number) => {
      const { p95 } = predict(
        profile,
        { ...thread, ratePerS },
        { ...limits, dueMs: dueAt(ratePerS) },
      )
      return (p95.high - p95.low) / p95.ms
    }
    assert.ok(widthAt(33) > 2 * widthAt(10))
  })
})

describe('a replay', () => {
  it('of work as it was fitted is the prediction', () => {
    const next = poisson(25, createRandom(3))
    const schedule = { ...limits, dueMs: Array.from({ length: 2000 }, () => next()!) }
    const { p50, p95 } = predict(profile, thread, schedule)
    const works = schedule.dueMs.map(() => 50)
    const again = replay(profile, thread, schedule, works)
    close(again.p50, p50.ms, 0.01)
    close(again.p95, p95.ms, 0.01)
  })

  it('has each request do the work that it did', () => {
    // Never two at once; three of four are short.
    const dueMs = Array.from({ length: 101 }, (_, n) => n * 1000)
    const works = dueMs.map((_, n) => (n % 4 === 0 ? 300 : 20))
    const { p50, p95 } = replay(
      profile,
      { ...thread, executor: 'queue' },
      { ...limits, dueMs },
      works,
    )
    close(p50, 20 + 1 + 2, 0.003)
    close(p95, 300 + 1 + 2, 0.003)
  })
})
