import type { ExecutorProfile, Profile } from '../fit/profile.ts'
import type { Question } from './plan.ts'

/** Equally likely values with the quantiles of a distribution: the middles of so many equal shares. */
export function quantilesOf(inverse: (share: number) => number, count = 400): number[] {
  return Array.from({ length: count }, (_, index) => inverse((index + 0.5) / count))
}

/** Moments as the profile states them. */
export function workSample(valuesMs: readonly number[]): Profile['alone'] {
  const mean = valuesMs.reduce((sum, value) => sum + value, 0) / valuesMs.length
  const variance = valuesMs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / valuesMs.length
  return {
    valuesMs,
    meanMs: mean,
    scv: variance / mean ** 2,
    count: 2000,
    meanInterval: { low: mean * 0.97, high: mean * 1.03 },
  }
}

const executor = (
  name: ExecutorProfile['executor'],
  overheadMs: number,
  gapMs: number,
): ExecutorProfile => ({
  executor: name,
  measured: true,
  overheadMs: quantilesOf((share) => overheadMs * (0.8 + 0.4 * share), 50),
  gapMs,
  slowdown: 1,
  overheadCpuMs: 0.4,
  capacityPerS: 29,
  capacityPerCorePerS: 14.5,
  range: { ratePerS: 26, servers: { low: 1, high: 2 }, workers: { low: 1, high: 2 } },
})

/** A task of 60 ms that varies a little, on two cores that disturb each other a little. */
export function exampleProfile(change: Partial<Profile> = {}): Profile {
  return {
    task: 'primes',
    params: { limit: 60_000 },
    runs: ['2026-11-26-calibration'],
    machine: { cpus: '2 × Example', cores: 2 },
    alone: workSample(quantilesOf((share) => 52 + 16 * share)),
    scaling: {
      points: [
        { running: 1, speed: 1, count: 900 },
        { running: 2, speed: 0.95, count: 1100 },
      ],
      usl: {
        sigma: 0.05,
        kappa: 0,
        sigmaInterval: { low: 0.03, high: 0.08 },
        kappaInterval: { low: 0, high: 0.01 },
        free: 'sigma',
      },
      measuredTo: 2,
    },
    executors: [
      executor('event-loop', 1.5, 0),
      executor('thread', 2, 0.5),
      executor('queue', 6, 2),
    ],
    assumed: [],
    ...change,
  }
}

/** A task of exponential times and nothing beside it: what formulas are exact for. */
export function exponentialProfile(meanMs: number): Profile {
  const values = quantilesOf((share) => -Math.log(1 - share), 4000)
  // The middles alone lack the longest of the tail.
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const profile = exampleProfile({
    alone: workSample(values.map((value) => (value / mean) * meanMs)),
  })
  const bare = { overheadMs: [0], gapMs: 0, overheadCpuMs: null }
  return { ...profile, executors: profile.executors.map((each) => ({ ...each, ...bare })) }
}

/** 50 requests a second of the example, 95 of 100 within a fifth of a second. */
export function exampleQuestion(change: Partial<Question> = {}): Question {
  return {
    ratePerS: 50,
    targets: [{ share: 0.95, ms: 200 }],
    refusedAtMost: 0,
    arrivals: { kind: 'poisson' },
    executors: ['thread', 'queue', 'event-loop'],
    balance: 'least_conn',
    coresEach: 2,
    threadsEach: 2,
    lineLimit: 64,
    queueLimit: 10_000,
    deadlineMs: null,
    failures: null,
    corePrice: null,
    seed: 1,
    ...change,
  }
}
