/**
 * What is simulated: a load, and the instances that it meets. Times are milliseconds, rates are requests a
 * second, of what the simulator draws itself as of what it is given.
 */
export interface System {
  executor: 'event-loop' | 'thread' | 'queue'
  servers: number
  /** Queue only: instances that run tasks; elsewhere the servers do. */
  workers: number
  /** Tasks that one instance runs at once; on an event loop one. */
  threads: number
  /**
   * own: each instance that runs tasks has a machine, with `cores`, for itself; shared: all are on one machine
   * with `cores` and slow each other down.
   */
  placement: 'own' | 'shared'
  cores: number
  /**
   * How fast each of n tasks gets on that run on one machine at once, for each n from 1 (index 0) up to `cores`, no
   * fewer and no more: 1 is as fast as alone. With more tasks than cores the machine does no more in all than with
   * as many as cores, and all share that.
   */
  speeds: readonly number[]
  /** How nginx chooses a server. */
  balance: Balance
  /** Thread only: requests that may wait for a thread of a server; one more is refused. */
  lineLimit: number
  /** Queue only: jobs that may wait; one more is refused. */
  queueLimit: number
  /**
   * From when a request came; Infinity: none. On threads and in the queue, what has not begun by then is given up
   * without a run, and what runs is ended. On an event loop nothing can be: what waits or runs there goes on past its
   * deadline, and holds the loop, to the end of its run; if that is later, it has expired.
   */
  deadlineMs: number
  /** Null: no instance dies. */
  failures: Failures | null
}

export type Balance = 'least_conn' | 'round_robin' | 'random_two'

/**
 * Instances that run tasks die at random, each by itself, and come back. What a server had goes to others
 * at once (nginx asks again), from its beginning; a worker's jobs start again after `handBackMs`, first of all.
 */
export interface Failures {
  /** Mean time from when an instance is there until it dies; exponential. */
  meanBetweenMs: number
  /** Until it is there again. */
  downMs: number
  /** Queue only: until others notice that a worker has died (its locks run out). */
  handBackMs: number
}

export interface Load {
  /** When requests come: ascending times from 0 on, one after another; undefined: no more. */
  next(): number | undefined
  /** Draws the time that a task takes alone on a machine. */
  workMs(): number
  /** Draws what a request takes beside its wait and its run: network, HTTP, hand-over. */
  overheadMs(): number
}

export interface SimulateOptions {
  system: System
  load: Load
  seed: number
  /** Requests that come before what is counted. */
  warmUp: number
  /** Requests that are counted; fewer if the load ends before. */
  requests: number
}

/**
 * What became of the counted requests. Each is exactly one of completed, refused, expired:
 * `arrived === completed + refused + expired`.
 */
export interface Outcome {
  arrived: number
  completed: number
  /**
   * Its line or the queue was full when it came. Or the instance that had it died, and it was given up: no other
   * server was there, or the one that was chosen had no room; each server had died with it once, after which nginx
   * asks none again; or it was a job whose run had begun eleven times.
   */
  refused: number
  /** Its deadline passed, before its run or in it; on an event loop, its run ended later than that. */
  expired: number
  /** Runs that began again because an instance died. */
  repeated: number
  /** From when a request came until its client has the result; of those that completed. */
  latencyMs: Distribution
  /** The part of it before the run (the last one, of a request that ran twice). */
  waitMs: Distribution
  /** The run itself. */
  runMs: Distribution
  /** Share of the cores' time in which they had a task to run, from the first counted arrival until the last (0 to 1). */
  utilisation: number
  /** Share of the threads' time in which they had one. */
  occupancy: number
  /** Requests or jobs that wait (and do not run) in all, over the same time. */
  waiting: { mean: number; max: number }
  /** Simulated time between the first and the last counted arrival. */
  spanMs: number
}

/** A sample of durations. */
export interface Distribution {
  readonly count: number
  /** Exact; 0 of none. */
  readonly mean: number
  readonly max: number
  /** The nearest rank, to within 0.2%: the smallest value with at least that share (0 to 1) at or below it; 0 of none. */
  quantile(share: number): number
}
