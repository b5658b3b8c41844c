import type { Interval, Profile } from '../fit/profile.ts'
import type { Balance } from '../simulate/system.ts'

/**
 * What is asked, and what is answered: what `--json` prints, and what the table and the report page show. Times
 * are milliseconds, rates are requests a second.
 */
export interface Question {
  ratePerS: number
  /** At least one. A share of all requests that come is to be done within: `{ share: 0.95, ms: 2000 }`. */
  targets: Target[]
  /**
   * Share of requests that may be refused or expire (0 to 1). No simulation shows that none ever is: 0, as all that is
   * less, is taken as 1 of 100,000 (`leastLost`).
   */
  refusedAtMost: number
  arrivals: Arrivals
  executors: ('event-loop' | 'thread' | 'queue')[]
  balance: Balance
  /** Cores of each instance that runs tasks, and its threads (on an event loop one of either). */
  coresEach: number
  threadsEach: number
  lineLimit: number
  queueLimit: number
  /** Null: none. */
  deadlineMs: number | null
  failures: { meanBetweenMs: number; downMs: number; handBackMs: number } | null
  /** What a core costs for an hour, in whatever currency; null: cost is counted in cores. */
  corePrice: number | null
  seed: number
}

/** `p95` is within 2 s. */
export interface Target {
  share: number
  ms: number
}

export type Arrivals =
  | { kind: 'poisson' }
  | { kind: 'even' }
  /** Poisson; so many times the calm rate for `lengthMs` out of every `everyMs`; the mean stays what is asked. */
  | { kind: 'bursts'; times: number; everyMs: number; lengthMs: number }
  /** Gaps between requests as they were seen once, again and again, stretched to the rate that is asked. */
  | { kind: 'trace'; name: string; gapsMs: readonly number[] }

export interface Plan {
  format: 1
  question: Question
  profile: Profile
  /** In the order of the question. */
  answers: Answer[]
  /** How nginx chooses a server, where one of the answers has several to choose from; else null. */
  policies: PolicyComparison | null
  /** In words; the first line is the most important. */
  verdict: string[]
  /** Simulated requests in all, and how long that took. */
  simulated: { requests: number; ms: number }
}

export interface Answer {
  executor: 'event-loop' | 'thread' | 'queue'
  /** Null: no number of instances meets the target; `why` says why. */
  fewest: Size | null
  why: string | null
  /** With the fewest instances, at the asked rate. Null where there is none. */
  predicted: Prediction | null
  /**
   * The fewest instances (servers, or workers of the queue) if tasks are as fast, or as slow, as may be by what was
   * measured; `high` null: then no number suffices. Null where there is no fewest.
   */
  instancesInterval: { low: number; high: number | null } | null
  /** An hour of the fewest, by the question's price; null without one. */
  cost: number | null
  /** How far the fewest go: the highest rate that meets the target, and what then breaks. */
  headroom: { ratePerS: number; breaks: Breaks; isOutside: boolean } | null
  /** "At 60 requests/s you need one more worker." */
  sensitivity: Sensitivity[]
  /** Why this is not just what was measured; empty: all of it was. For people, one phrase each. */
  outside: string[]
  curves: Curves | null
}

/** How many of everything. */
export interface Size {
  servers: number
  workers: number
  /** Of all instances that run tasks, and one for each server that does not. */
  cores: number
}

/** Shares of requests are by time of arrival; milliseconds by the simulation of the fitted profile. */
export interface Prediction {
  ratePerS: number
  p50: Predicted
  p95: Predicted
  p99: Predicted
  /** Of those who ask for something cheap meanwhile: the wait behind tasks on an event loop; null elsewhere. */
  bystanderP99Ms: number | null
  /** Of the cores that run tasks (0 to 1): by tasks, and by what is done between two of them on the same core. */
  utilisation: number
  /** Of the servers' event loops by HTTP alone; null: not known. */
  loopUtilisation: number | null
  waiting: { mean: number; max: number }
  /** Share of requests that are refused, and that expire. */
  refused: number
  expired: number
  /** Mean wait by theory (M/G/c, Allen–Cunneen), beside the simulation's; null where its assumptions do not hold. */
  theory: { waitMs: number; simulatedWaitMs: number } | null
}

/**
 * A prediction with its interval: what it would be if the measured speed is at either end of its own. Infinity (null in
 * JSON): so large a share is never done.
 */
export interface Predicted extends Interval {
  ms: number
}

export type Breaks =
  /** Cores have hardly any time left: a task that takes 2% longer would be an overload. */
  | 'cores'
  /** Requests wait too long for a thread (or loop) while nothing is refused. */
  | 'latency'
  /** The line for a thread, or the queue, is full. */
  | 'refusals'
  /** Requests wait beyond their deadline. */
  | 'deadline'
  /** The servers' event loops have more HTTP than they can do. */
  | 'server loop'

export interface Sensitivity {
  /** What is changed: the rate, or the time of a task. */
  change: 'rate' | 'work'
  /** 1.2: a fifth more. */
  times: number
  ratePerS: number
  /** What is needed then, and how many more of either than now (fewer: below 0). Null: nothing suffices. */
  fewest: Size | null
  more: { servers: number; workers: number } | null
  /** It needs what was not measured. */
  isOutside: boolean
}

export interface Curves {
  /** Of the fewest instances: latency against load, up to beyond what they can do. */
  latency: {
    ratePerS: number
    p50: number
    p95: number
    p99: number
    refused: number
    isOutside: boolean
  }[]
  /** Of one instance fewer and one more, for comparison: the same, p95 only; empty where there is none. */
  beside: { instances: number; points: { ratePerS: number; p95: number }[] }[]
  /** Instances (and cores, and cost an hour) against load. */
  instances: {
    ratePerS: number
    instances: number
    cores: number
    cost: number
    isOutside: boolean
  }[]
}

/** The same requests and as many servers, at the asked rate: those of one answer. */
export interface PolicyComparison {
  executor: 'thread' | 'event-loop'
  servers: number
  outcomes: PolicyOutcome[]
}

export interface PolicyOutcome {
  balance: Balance
  p50: number
  p95: number
  p99: number
  p999: number
  refused: number
}
