import type { Machine, Target, TrialCpu, VersionTarget } from '../records/run.ts'
import type { ExecutorName, RateShape, Scenario } from '../scenario/schema.ts'

/**
 * What is derived from a run's records: `summary.json`, and what `--json` prints. `plan` and `compare`
 * read it. Times are milliseconds, rates are a second, unless a name says otherwise.
 */
export interface Summary {
  format: 1
  /** The run's id. */
  run: string
  state: 'complete' | 'partial'
  /** What came out, in words; the first line is the most important. */
  verdict: string[]
  scenario: string
  command: string
  startedAt: string
  target: Target
  /** Where there are several versions: what each asked, and whom. */
  versions: VersionTarget[]
  machine: Machine
  /** Niceness of the generator's process. */
  priority: number
  /** What else must be alike for two runs to be compared. */
  settings: Settings
  conditions: ConditionSummary[]
}

export type Settings = Pick<
  Scenario,
  | 'task'
  | 'params'
  | 'spacing'
  | 'seed'
  | 'warmUpMs'
  | 'durationMs'
  | 'repetitions'
  | 'deadlineMs'
  | 'giveUpMs'
  | 'bystander'
>

/** Figures that may be as high as they are because requests were sent late. */
export type Figure = 'p50' | 'p90' | 'p99' | 'p999' | 'max'

/**
 * Of one condition, all its trials together. Requests of the warm-up are left out, but for results that came
 * after it: these are throughput.
 */
export interface ConditionSummary {
  key: string
  label: string
  executor: ExecutorName
  servers: number | null
  workers: number | null
  version: string
  rate: RateShape
  /** Why its figures must not be used; null: they may. Void trials are left out where others are left. */
  void: string | null
  requests: Requests
  /** How many were not completed, by reason. */
  reasons: Record<string, number>
  /** From when requests were due until their clients had the result; of those that completed. */
  latencyMs: Percentiles
  /** Queue only: from due until the answer that names the job, and until its start was known. */
  acceptedMs: Percentiles | null
  startedMs: Percentiles | null
  /** The run of the task itself, by the service. */
  runMs: Percentiles | null
  /**
   * What makes up the latency, by the service; `plan` starts from it. Null where the service does not tell; not
   * there in summaries that are older than it: `unblock report RUN` makes them again.
   */
  parts?: LatencyParts | null
  /** Requests due a second. */
  offeredPerS: number
  /** Completed a second: those whose result came while requests were due, over that time. */
  throughputPerS: number
  /** Of those, the ones whose result came within the deadline. */
  goodputPerS: number
  deadlineMs: number
  /** Offered and completed a second, by time in which the offered rate was one: a step, a tenth of a ramp. */
  load: { offeredPerS: number; throughputPerS: number }[]
  /** Figures of `latencyMs` of which more than 10 ms and a tenth may be lag: the true ones are no higher. */
  lateAt: Figure[]
  bystander: {
    requests: Requests
    /** How many were not completed, by reason. */
    reasons?: Record<string, number>
    latencyMs: Percentiles
    lateAt: Figure[]
  } | null
  /** How late requests were sent: the generator's own share of the latency. */
  lagMs: Percentiles
  generatorCpu: number
  cpu: CpuSummary | null
  /** Answers (and jobs) by instance. */
  shares: { servers: Record<string, number>; workers: Record<string, number> }
  /** Jobs waiting over time; null where it was not seen. */
  queueDepth: { mean: number; max: number } | null
  trials: TrialSummary[]
  /** HDR histogram of latency in microseconds, in its compressed V2 text form. */
  histogram: string
}

/** Of the requests that completed and of which the service told both: latency = wait + run + overhead. */
export interface LatencyParts {
  /** Before the run: for a thread, or in the queue until a worker has it. */
  waitMs: Percentiles
  /** Beside wait and run: network, HTTP, hand-over. */
  overheadMs: Percentiles
  /** HDR histograms of these and of the run, as `histogram`. */
  waitHistogram: string
  overheadHistogram: string
  runHistogram: string
  /**
   * While requests were due: for how many milliseconds no task ran, one, two (by index; all instances together), and
   * how many results came of that, with fractions of those that were only begun or ended then. Null where it cannot be
   * seen: of several event loops.
   */
  atOnce: { ms: number[]; results: number } | null
}

export interface Requests {
  sent: number
  completed: number
  failed: number
  refused: number
}

/** A percentile is null where the sample is too small for it: fewer than one value lies beyond. */
export interface Percentiles {
  count: number
  mean: number | null
  p50: number | null
  p90: number | null
  p99: number | null
  p999: number | null
  max: number | null
}

export interface CpuSummary extends Omit<TrialCpu, never> {
  /** CPU seconds of tasks (of processes, where only these are known) per completed request. */
  perTaskS: number | null
}

/** What `compare` needs of each repetition. */
export interface TrialSummary {
  index: number
  repetition: number
  startedAt: string
  state: 'complete' | 'partial'
  durationMs: number
  void: string | null
  requests: Requests
  latencyMs: Percentiles
  throughputPerS: number
  goodputPerS: number
  bystanderMs: Percentiles | null
}
