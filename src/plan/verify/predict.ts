import { createRandom } from '../../random.ts'
import { type Deployment, deploymentOf, slotMs, systemOf } from '../answer/deployment.ts'
import type { Question } from '../answer/plan.ts'
import type { Profile } from '../fit/profile.ts'
import { speedsOf } from '../fit/speeds.ts'
import { fixed } from '../simulate/arrivals.ts'
import { empirical } from '../simulate/draw.ts'
import { simulate } from '../simulate/simulate.ts'
import { streams } from '../simulate/streams.ts'
import type { Outcome } from '../simulate/system.ts'
import type { HeldOut } from './held-out.ts'

/**
 * What is expected of a setting, in milliseconds, with an interval: from a machine that is as fast as it may be by the
 * fit, with the quickest tasks, to one that is as slow.
 */
export interface Expected {
  ms: number
  low: number
  high: number
}

export interface ForeSeen {
  p50: Expected
  p95: Expected
  /** Time of a task alone on this executor. */
  aloneMs: number
  /** How fast each of so many is that run at once. */
  speedAmong(running: number): number
}

export interface Schedule {
  /** When requests are due, ascending, those of the warm-up below 0. */
  dueMs: readonly number[]
  lineLimit: number
  queueLimit: number
}

/** As many, each with other times of tasks, and another speed of the machine within what was measured. */
const repetitions = 41
const seed = 20

/**
 * Predicts latencies on one machine that all instances share, for requests that come when they will be sent: which
 * requests come close together is no matter of chance then, and no part of the error.
 */
export function predict(profile: Profile, setting: HeldOut, schedule: Schedule): ForeSeen {
  const deployment = deploymentFor(profile, setting, schedule)
  const { meanMs, meanInterval } = profile.alone
  const spread = (meanInterval.high - meanInterval.low) / 2 / meanMs
  const outcomes = Array.from({ length: repetitions }, (_, index) => {
    // Evenly over the interval, the middle one in its middle.
    const drift = spread * ((2 * index) / (repetitions - 1) - 1)
    const values = [...slotMs(deployment.work, 1 + drift)]
    const drawn = empirical(values, createRandom(seed + index, streams.work))
    return outcomeOf(deployment, setting, schedule, { workMs: drawn, seed: seed + index })
  })
  const expected = (of: (outcome: Outcome) => number): Expected => {
    const sorted = outcomes.map(of).toSorted((a, b) => a - b)
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!
    return { ms: at(0.5), low: at(0.05), high: at(0.95) }
  }
  const known = profile.executors.find(({ executor }) => executor === setting.executor)
  const speeds = speedsOf(profile.scaling, profile.machine.cores)
  return {
    p50: expected(({ latencyMs }) => latencyMs.quantile(0.5)),
    p95: expected(({ latencyMs }) => latencyMs.quantile(0.95)),
    aloneMs: meanMs * (known?.slowdown ?? 1),
    // Beyond the cores, all share what these do.
    speedAmong: (running) =>
      running <= speeds.length ? speeds[running - 1]! : (speeds.at(-1)! * speeds.length) / running,
  }
}

/**
 * The same, with the work that each request was: what is left of the error is that of queueing and overheads. (The
 * correlated inspection approach of A. M. Law, Simulation Modeling and Analysis.)
 *
 * @param worksMs in the order in which requests are due; see `worksOf`
 */
export function replay(
  profile: Profile,
  setting: HeldOut,
  schedule: Schedule,
  worksMs: readonly number[],
): { p50: number; p95: number } {
  const deployment = deploymentFor(profile, setting, schedule)
  const slots = slotMs({ ...deployment.work, runMs: Float64Array.from(worksMs) }, 1)
  let next = 0
  const workMs = () => slots[next++]!
  const { latencyMs } = outcomeOf(deployment, setting, schedule, { workMs, seed })
  return { p50: latencyMs.quantile(0.5), p95: latencyMs.quantile(0.95) }
}

function deploymentFor(profile: Profile, setting: HeldOut, schedule: Schedule): Deployment {
  return deploymentOf(questionOf(profile, setting, schedule), profile, setting.executor)
}

function outcomeOf(
  deployment: Deployment,
  setting: HeldOut,
  { dueMs }: Schedule,
  { workMs, seed }: { workMs: () => number; seed: number },
): Outcome {
  const first = dueMs[0] ?? 0
  return simulate({
    system: systemOf(deployment, setting, 'least_conn', 'shared'),
    load: {
      next: fixed(dueMs.map((ms) => ms - first)),
      workMs,
      overheadMs: empirical(deployment.known.overheadMs, createRandom(seed, streams.overhead)),
    },
    seed,
    warmUp: dueMs.filter((ms) => ms < 0).length,
    requests: dueMs.filter((ms) => ms >= 0).length,
  })
}

/** As instances are on this machine, by default. */
function questionOf(
  { machine: { cores } }: Profile,
  { executor, ratePerS }: HeldOut,
  { lineLimit, queueLimit }: Schedule,
): Question {
  return {
    ratePerS,
    targets: [],
    refusedAtMost: 0,
    arrivals: { kind: 'poisson' },
    executors: [executor],
    balance: 'least_conn',
    coresEach: cores,
    threadsEach: cores,
    lineLimit,
    queueLimit,
    deadlineMs: null,
    failures: null,
    corePrice: null,
    seed,
  }
}
