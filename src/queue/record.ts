import type { Job as BullJob } from 'bullmq'
import type { Job, JobError, JobState } from '../api/job.ts'
import { roundMs } from '../api/timing.ts'

/**
 * What a job carries in Redis, and how that becomes the job that the API shows.
 *
 * A job's life: `waiting` in BullMQ's wait or prioritized list, `active` when a worker has taken it,
 * then for good `completed` or `failed`. A worker that stops or dies gives it back: `waiting` again.
 */

/** What the producer writes. */
export interface JobData {
  params: Record<string, unknown>
  requestId: string
  /** A deadline in milliseconds from acceptance, where the request named one. */
  timeoutMs?: number
}

/** What the worker writes while it runs. */
export interface JobProgress {
  fraction: number
  startedAt: number
}

/**
 * What the worker writes when it is done. The result is JSON text, or in a key of its own where it is
 * large: BullMQ keeps what a job returns twice, in the job and in the stream of events.
 */
export interface JobReturn {
  json?: string
  apart?: true
  startedAt: number
  runMs: number
}

export type QueuedJob = BullJob<JobData, JobReturn | undefined, string>

/** Results above this many characters of JSON are kept apart. */
export const largeResult = 64 * 1024

/** Where a large result is. */
export const resultKey = (id: string) => `unblock:result:${id}`

/** A job as the API shows it, its result still as JSON text. */
export interface JobView {
  job: Omit<Job, 'result'>
  resultJson: string | undefined
  /** The result is there, under `resultKey`. */
  resultApart: boolean
}

/** Whether the job will not change any more. */
export function isOver(state: JobState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled'
}

/** @param bullState what BullMQ calls the state of `queued` */
export function viewOf(queued: QueuedJob, bullState: string): JobView {
  const state = stateOf(bullState)
  const done = state === 'completed' ? queued.returnvalue : undefined
  const progress = asProgress(queued.progress)
  const running = state === 'waiting' ? undefined : queued
  const startedAt = done?.startedAt ?? (running && (progress?.startedAt ?? running.processedOn))
  const finishedAt = isOver(state) ? queued.finishedOn : undefined
  return {
    job: {
      id: queued.id ?? '',
      task: queued.name,
      state,
      progress: state === 'completed' ? 1 : running ? (progress?.fraction ?? 0) : 0,
      attempts: queued.attemptsStarted,
      worker: running?.processedBy ?? null,
      enqueuedAt: isoTime(queued.timestamp),
      startedAt: isoTime(startedAt),
      finishedAt: isoTime(finishedAt),
      timing: {
        waitMs: startedAt === undefined ? null : Math.max(0, roundMs(startedAt - queued.timestamp)),
        runMs: runMs(done, startedAt, finishedAt),
      },
      ...(state === 'failed' ? { error: readFailure(queued.failedReason ?? '') } : {}),
    },
    resultJson: done?.json,
    resultApart: done?.apart ?? false,
  }
}

function stateOf(bullState: string): JobState {
  if (bullState === 'completed' || bullState === 'failed' || bullState === 'active')
    return bullState
  return 'waiting'
}

function asProgress(progress: unknown): JobProgress | undefined {
  return typeof progress === 'object' && progress !== null && 'fraction' in progress
    ? (progress as JobProgress)
    : undefined
}

function runMs(
  done: JobReturn | undefined,
  startedAt?: number,
  finishedAt?: number,
): number | null {
  if (done) return roundMs(done.runMs)
  if (startedAt === undefined || finishedAt === undefined) return null
  return Math.max(0, roundMs(finishedAt - startedAt))
}

const reasons: JobError['reason'][] = [
  'threw',
  'deadline',
  'deadline before start',
  'thread died',
  'worker died',
  'unknown task',
]

/** BullMQ keeps one line for a failure: the reason, a colon, the detail. */
export function writeFailure({ reason, detail }: JobError): string {
  return `${reason}: ${detail}`
}

function readFailure(line: string): JobError {
  const reason = reasons.find((each) => line.startsWith(`${each}: `))
  if (reason) return { reason, detail: line.slice(reason.length + 2) }
  // BullMQ's own words, for a job whose worker died under it again and again.
  return { reason: 'worker died', detail: line }
}

function isoTime(ms: number): string
function isoTime(ms: number | undefined): string | null
function isoTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString()
}
