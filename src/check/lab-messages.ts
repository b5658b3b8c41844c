import type { Observed } from './observe.ts'

/** What the command and the process in which the task runs say to each other. */

/** Which task it is: the only one of a file, or a built-in one where `file` is ''. */
export interface Subject {
  /** Absolute. */
  file: string
  task?: string
}

export type LabRequest =
  | { kind: 'describe' }
  /** What the task says that runs with these parameters cost. */
  | { kind: 'costs'; params: Record<string, unknown>[] }
  | RunRequest

export interface RunRequest {
  kind: 'run'
  on: 'event loop' | 'thread'
  params: Record<string, unknown>
  timeoutMs: number
  /** Nobody wants the result any more so long after the run has begun. */
  abortAfterMs?: number
  /**
   * So long after a run on the event loop it is looked at what it has left, in milliseconds. A thread stands
   * still between two runs, so that what one has left shows in the next.
   */
  settleMs?: number
}

export interface Description {
  name: string
  /** The JSON Schema of its parameters, closed. */
  params: { properties: Record<string, object> } & Record<string, unknown>
  timeoutMs?: number
  hasCost: boolean
}

/** How a run ended. */
export type RunResult = (RunWell | RunIll) & {
  /** Of runs on the event loop that have come to an end by themselves. */
  observed?: Observed
  /** What has ended its process after the result, and before `settleMs` had passed. */
  crashed?: string
  /** Processes that are there after the run and were not before it, by name; of runs that were looked at. */
  processes?: string[]
}

export interface RunWell {
  ok: true
  json: string
  runMs: number
  cpuMs: number
  /** Progress reports that came through. */
  reports: number
}

export interface RunIll {
  ok: false
  /** A WorkErrorReason, or `process died`. */
  reason: string
  message: string
  cpuMs: number
  /** Its process or thread has died of an error that nobody has caught. */
  uncaught?: true
  /**
   * Of a run that was aborted or came to its deadline: how long its thread was there after that moment,
   * in milliseconds; Infinity is sent as null: longer than was waited for.
   */
  lingeredMs?: number | null
}

/** What a lab says: at last an answer, before it perhaps how a run ended that is still looked at. */
export type LabMessage = LabAnswer | { early: RunResult } | { uncaught: string }

export type LabAnswer =
  | { ok: true; value: Description | number[] | RunResult }
  /** A mistake of the user, in one line. */
  | { ok: false; message: string }
