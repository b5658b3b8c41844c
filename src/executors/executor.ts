import type { Task } from '../tasks/define.ts'

/** One run of a task, wherever it takes place. */
export interface Work {
  task: Task
  /** Validated already. */
  params: unknown
  /** Ends the run, counted from the moment it is handed over, in milliseconds. */
  timeoutMs: number
  /** Aborted when nobody wants the result any more. */
  signal: AbortSignal
  /**
   * The run has begun, at this time (milliseconds since 1970). Of a run on a thread it may be told some 10 ms
   * later, or only as it ends: that costs a short run less.
   */
  onStart?(startedAt: number): void
  /** A fraction from 0 to 1; at most ten times a second. */
  onProgress?(fraction: number): void
}

/** How a run ended well. Times are milliseconds. */
export interface Outcome {
  /**
   * The result as JSON text: made where the task ran, so that a large result never holds up the event
   * loop of the process that passes it on.
   */
  json: string
  /** Milliseconds since 1970. */
  startedAt: number
  waitMs: number
  runMs: number
  /** CPU time of the thread that ran it. */
  cpuMs: number
}

/** Where a task runs. Only the placement differs: the function is the same. */
export interface Executor {
  readonly name: 'event-loop' | 'thread'
  /** @throws {WorkError} when the run did not end well, with the reason */
  run(work: Work): Promise<Outcome>
}

/** Why a run did not end well. */
export type WorkErrorReason =
  /** The task threw, or returned what is not JSON. */
  | 'threw'
  /** No place in the waiting line; nothing was run. */
  | 'full'
  /** The deadline passed while it waited; nothing was run. */
  | 'deadline before start'
  /** The deadline passed while it ran. */
  | 'deadline'
  /** The signal was aborted. */
  | 'aborted'
  /** The thread ended under it: the task ended it, say. */
  | 'thread died'
  /** The thread ended because its memory was full. */
  | 'out of memory'

export class WorkError extends Error {
  readonly reason: WorkErrorReason
  /**
   * CPU milliseconds of the thread that went into it, for nothing; 0 where it never started. Of a
   * thread that died it is the time that the run took: the most that it can be.
   */
  readonly cpuMs: number
  constructor(reason: WorkErrorReason, message: string, cpuMs = 0) {
    super(message)
    this.name = 'WorkError'
    this.reason = reason
    this.cpuMs = cpuMs
  }
}

const { timeOrigin } = performance

/** The clock of all runs: milliseconds since 1970 with fractions, alike in every thread. */
export function nowMs(): number {
  return timeOrigin + performance.now()
}
