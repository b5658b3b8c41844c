import type { Job, JobState } from '../api/job.ts'
import { roundMs } from '../api/timing.ts'
import type { EndTold } from './job-events.ts'
import { readFailure, readReturn } from './record.ts'
import type { StoredJob } from './stored-job.ts'

/**
 * How a job in Redis becomes the job that the API shows.
 *
 *     waiting ──a worker takes it──▶ active ──▶ completed | failed | cancelled
 *        ▲                             │
 *        └── its worker stops or dies ─┘        waiting ──▶ cancelled
 *
 * The last three are for good. `cancelled` is a mark of ours (queue/cancel.ts) that only a job without an
 * end can get, and that outweighs whatever a worker writes afterwards.
 */

/** A job as the API shows it, its result still as JSON text. */
export interface JobView {
  job: Omit<Job, 'result'>
  resultJson: string | undefined
  /** The result is in a key of its own. */
  resultApart: boolean
}

/** Whether the job will not change any more. */
export function isOver(state: JobState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled'
}

export function viewOf(stored: StoredJob): JobView {
  const state = stateOf(stored)
  const { returned } = stored
  const done = state === 'completed' ? returned : undefined
  const taken = state === 'waiting' ? undefined : stored
  const progress = currentProgress(stored)
  const startedAt = done?.startedAt ?? (taken && (progress?.startedAt ?? taken.takenAt))
  const finishedAt = stored.cancelledAt ?? stored.finishedAt
  return {
    job: {
      id: stored.id,
      task: stored.task,
      state,
      progress: state === 'completed' ? 1 : taken ? (progress?.fraction ?? 0) : 0,
      attempts: stored.attempts,
      worker: taken?.worker ?? null,
      enqueuedAt: isoTime(stored.enqueuedAt),
      startedAt: isoTime(startedAt),
      finishedAt: isoTime(finishedAt),
      timing: {
        waitMs: between(stored.enqueuedAt, startedAt),
        runMs: done ? roundMs(done.runMs) : between(startedAt, finishedAt),
      },
      ...(state === 'failed' ? { error: errorOf(stored) } : {}),
    },
    resultJson: done?.json,
    resultApart: done?.apart ?? false,
  }
}

/**
 * A job that was seen before it ended, with the end that was told.
 *
 * @returns undefined where what was told is not the whole of it: then Redis has to be asked
 */
export function withEnd({ job }: JobView, told: EndTold): JobView | undefined {
  const returned = readReturn(told.returned)
  if (returned?.json === undefined) return undefined
  const { json, startedAt, runMs } = returned
  return {
    job: {
      ...job,
      state: 'completed',
      progress: 1,
      attempts: told.attempts,
      worker: told.worker,
      startedAt: isoTime(startedAt),
      finishedAt: isoTime(told.finishedAt),
      timing: {
        waitMs: between(Date.parse(job.enqueuedAt ?? ''), startedAt),
        runMs: roundMs(runMs),
      },
    },
    resultJson: json,
    resultApart: false,
  }
}

function stateOf(stored: StoredJob): JobState {
  const { cancelledAt, finishedAt, failedReason, returned, locked } = stored
  if (cancelledAt !== undefined) return 'cancelled'
  if (finishedAt !== undefined)
    return failedReason === undefined && returned !== undefined ? 'completed' : 'failed'
  // Without a lock, its worker is gone, and the others will notice within seconds: it waits for one.
  return locked ? 'active' : 'waiting'
}

function errorOf({ failedReason }: StoredJob): NonNullable<Job['error']> {
  const unreadable = { reason: 'unreadable', detail: 'its result in Redis cannot be read' } as const
  if (failedReason === undefined) return unreadable
  const { reason, detail } = readFailure(failedReason)
  // Only a job with the mark is ended so, and that one is shown as cancelled.
  return reason === 'cancelled' ? unreadable : { reason, detail }
}

/** What an earlier attempt has reported is of no account once another one has begun. */
function currentProgress({ progress, attempts }: StoredJob) {
  return progress?.attempt === attempts ? progress : undefined
}

function between(from: number | undefined, to: number | undefined): number | null {
  return from === undefined || to === undefined ? null : Math.max(0, roundMs(to - from))
}

function isoTime(ms: number): string
function isoTime(ms: number | undefined): string | null
function isoTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}
