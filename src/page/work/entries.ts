import { signal } from '@preact/signals'
import type { BlockingAnswer } from '../../api/answers.ts'
import type { Job } from '../../api/job.ts'
import type { TaskRequest } from '../api.ts'
import { now } from '../clock.ts'
import { createResultRoom } from './result-room.ts'

/**
 * What was run, newest first.
 *
 *     sending ──▶ active ──▶ completed | failed | cancelled       inside the request
 *     sending ──▶ waiting ⇄ active ──▶ …                           as a job on the queue
 */

export type Executor = 'event-loop' | 'thread' | 'queue'

/** One run. Times are milliseconds of the epoch, by this page's clock. */
export interface Entry {
  readonly id: number
  readonly request: TaskRequest
  readonly task: string
  readonly executor: Executor
  readonly state: 'sending' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled'
  readonly sentAt: number
  readonly endedAt: number | undefined
  /** The server that ran or accepted it. */
  readonly server: string | undefined
  readonly worker: string | undefined
  readonly jobId: string | undefined
  /** A fraction from 0 to 1. */
  readonly progress: number
  /** How often a worker has taken it. */
  readonly attempts: number
  readonly waitMs: number | undefined
  readonly runMs: number | undefined
  readonly result: unknown
  readonly error: string | undefined
}

/** How many are kept. */
export const most = 200

export const entries = signal<readonly Entry[]>([])

let lastId = 0
const room = createResultRoom()

/** Puts a run on top of the list. */
export function addEntry(request: TaskRequest, executor: Executor): Entry {
  const { task } = request.body
  const entry: Entry = {
    id: ++lastId,
    request,
    task,
    executor,
    state: 'sending',
    sentAt: now(),
    endedAt: undefined,
    server: undefined,
    worker: undefined,
    jobId: undefined,
    progress: 0,
    attempts: 0,
    waitMs: undefined,
    runMs: undefined,
    result: undefined,
    error: undefined,
  }
  entries.value = withEntry(entries.value, entry)
  return entry
}

export type Changes = Partial<Omit<Entry, 'id' | 'request' | 'task' | 'executor'>>

/** Changes one that is still in the list and has not ended: what comes later is of no account. */
export function changeEntry(id: number, changesOf: (entry: Entry) => Changes): void {
  const entry = entries.value.find((each) => each.id === id)
  if (entry === undefined || hasEnded(entry)) return
  let list = withChanges(entries.value, id, changesOf(entry))
  if (list === entries.value) return
  const changed = list.find((each) => each.id === id)!
  for (const other of room.enter(id, changed.result))
    list = list.map((each) => (each.id === other ? { ...each, result: room.letGo } : each))
  entries.value = list
}

export function removeEntry(id: number): void {
  entries.value = entries.value.filter((each) => each.id !== id)
}

export function clearEnded(): void {
  entries.value = entries.value.filter((each) => !hasEnded(each))
}

export function hasEnded({ state }: Entry): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled'
}

/** With a new one on top; where there are too many, the oldest that has ended goes, or the oldest. */
export function withEntry(list: readonly Entry[], entry: Entry, limit = most): readonly Entry[] {
  if (list.length < limit) return [entry, ...list]
  const leaves = list.findLast(hasEnded) ?? list.at(-1)
  return [entry, ...list.filter((each) => each !== leaves)]
}

/** The same list where nothing changes. */
export function withChanges(
  list: readonly Entry[],
  id: number,
  changes: Changes,
): readonly Entry[] {
  const entry = list.find((each) => each.id === id)
  if (entry === undefined) return list
  const keys = Object.keys(changes) as (keyof Changes)[]
  if (keys.every((key) => Object.is(entry[key], changes[key]))) return list
  return list.map((each) => (each === entry ? { ...entry, ...changes } : each))
}

/** What an answer to a blocking request says. */
export function fromAnswer({ instance, timing, result }: BlockingAnswer, nowMs: number): Changes {
  return { state: 'completed', endedAt: nowMs, progress: 1, server: instance, ...timing, result }
}

/**
 * What the state of its job says. It is heard of late, so its end is where its own times put it; they
 * are durations, for the server's clock may be another one.
 */
export function fromJob({ sentAt }: Entry, job: Job, nowMs: number): Changes {
  const { state, worker, progress, attempts, result, error } = job
  const waitMs = job.timing.waitMs ?? undefined
  const runMs = job.timing.runMs ?? undefined
  const known = { state, worker: worker ?? undefined, progress, attempts, waitMs, runMs }
  if (state === 'waiting' || state === 'active') return known
  const byItself = waitMs === undefined || runMs === undefined ? nowMs : sentAt + waitMs + runMs
  return { ...known, endedAt: Math.min(nowMs, byItself), result, error: error?.detail }
}
