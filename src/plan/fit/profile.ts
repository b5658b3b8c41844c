/**
 * What is known of a task on a machine, from runs of `measure`: all that models and simulations start from. Times are
 * milliseconds, rates are requests a second.
 */
export interface Profile {
  task: string
  params: Record<string, unknown>
  /** Ids of the runs that it comes from. */
  runs: string[]
  machine: { cpus: string; cores: number }
  /** The time of a run alone on a machine. */
  alone: WorkSample
  /** What n tasks at once on one machine get done. */
  scaling: Scaling
  executors: ExecutorProfile[]
  /** What was missing, and what is taken in its place; for people, one sentence each. */
  assumed: string[]
}

/** An empirical distribution: times that were seen, ascending, each as likely as the others. */
export interface WorkSample {
  /** Some hundreds of equally likely values (midpoint quantiles of all that was seen). */
  valuesMs: readonly number[]
  meanMs: number
  /** Squared coefficient of variation: variance over squared mean. */
  scv: number
  /** How many runs were seen. */
  count: number
  /**
   * Of the mean: two standard errors to either side, by the spread of runs and by how much conditions scatter about the
   * fit. A machine that is slower on another day is not in it.
   */
  meanInterval: Interval
}

export interface Interval {
  low: number
  high: number
}

export interface Scaling {
  /** By tasks at once on one machine, as measured: how many (a mean), and how fast each was (1: as alone). */
  points: ScalingPoint[]
  /** N. Gunther's Universal Scalability Law for these, up to the cores of the machine. */
  usl: Usl
  /** The most tasks at once, on cores of their own, that were measured; beyond it the law extrapolates. */
  measuredTo: number
}

export interface ScalingPoint {
  running: number
  speed: number
  count: number
}

/**
 * X(n) = n / (1 + sigma (n − 1) + kappa n (n − 1)), in units of what one task alone gets done; with an
 * interval for each parameter. Where points do not suffice for kappa, it is 0, and `free` says so.
 */
export interface Usl {
  sigma: number
  kappa: number
  sigmaInterval: Interval
  kappaInterval: Interval
  /** Which parameters the points determine. */
  free: 'none' | 'sigma' | 'sigma and kappa'
}

export interface ExecutorProfile {
  executor: 'event-loop' | 'thread' | 'queue'
  /** False: it was not measured; what it takes is borrowed from another executor, and said in `assumed`. */
  measured: boolean
  /**
   * Beside wait, run and gap, as seen at low load: some hundreds of equally likely values, ascending. A model holds
   * the thread for run and gap, while the result leaves after the run: so the gap is taken off here, and what is left
   * can be below 0.
   */
  overheadMs: readonly number[]
  /**
   * How long a thread is idle between two tasks although others wait: hand-over, the queue. Null: nothing was measured
   * with more work than could be done, and 0 is taken.
   */
  gapMs: number | null
  /**
   * How many times longer a run takes on it than `alone` says: threads and loops differ a little. 1 where not measured.
   */
  slowdown: number
  /** CPU time of a server for a request, beside its task: HTTP, validation, logs. Null: not known. */
  overheadCpuMs: number | null
  /** The highest rate of results that was seen, where more was asked for; null: never. */
  capacityPerS: number | null
  /** Capacity over the cores of the machine; null: as above. */
  capacityPerCorePerS: number | null
  /** Ranges that were measured. */
  range: {
    /** Completed requests a second, the most. */
    ratePerS: number
    servers: Interval | null
    workers: Interval | null
  }
}
