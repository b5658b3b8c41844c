import { WorkError } from '../executors/executor.ts'
import type { WastedReason } from '../metrics.ts'
import type { StopReason } from './at-hand.ts'
import type { Failure } from './record.ts'

/** Why a job cannot be run at all. */
export class Unrunnable extends Error {
  readonly reason: 'unknown task' | 'unreadable'
  constructor(reason: 'unknown task' | 'unreadable', detail: string) {
    super(detail)
    this.reason = reason
  }
}

/** Whether a job that was ended for this reason goes back to the queue. */
export function handsBack({ aborted, reason }: AbortSignal): boolean {
  return aborted && (reason === 'stopping' || reason === 'held')
}

/**
 * How a job ended that did not end well.
 *
 * @param askedMs the deadline of its request, where that named one
 */
export function failureOf(
  error: unknown,
  { reason: stopped }: AbortSignal,
  askedMs: number | undefined,
): Failure {
  const detail = error instanceof Error ? error.message : String(error)
  if (error instanceof Unrunnable) return { reason: error.reason, detail }
  if (stopped === ('cancelled' satisfies StopReason))
    return { reason: 'cancelled', detail: 'on request' }
  if (!(error instanceof WorkError)) return { reason: 'threw', detail }
  const { reason } = error
  if (reason === 'aborted' || reason === 'full') return { reason: 'thread died', detail }
  if (askedMs === undefined || (reason !== 'deadline' && reason !== 'deadline before start'))
    return { reason, detail }
  const what = reason === 'deadline' ? 'done' : 'started'
  return { reason, detail: `was not ${what} within ${askedMs} ms of its acceptance` }
}

/** Why the CPU time of a run that did not end well was for nothing; undefined where it never began. */
export function wasteOf({ reason }: Failure, signal: AbortSignal): WastedReason | undefined {
  if (handsBack(signal)) return 'handed back'
  if (signal.reason === 'lock lost') return 'lock lost'
  return reason === 'unknown task' || reason === 'unreadable' || reason === 'deadline before start'
    ? undefined
    : reason
}
