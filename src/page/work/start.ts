import type { BlockingAnswer, NonBlockingAnswer } from '../../api/answers.ts'
import type { FieldError } from '../../api/problem.ts'
import { ask, cancel, post, Refused, run, type TaskRequest } from '../api.ts'
import { now } from '../clock.ts'
import {
  addEntry,
  changeEntry,
  type Entry,
  type Executor,
  entries,
  fromAnswer,
  fromJob,
  hasEnded,
  removeEntry,
} from './entries.ts'
import { createPoller } from './jobs.ts'
import { createLanes } from './lanes.ts'

/** How many connections of the browser's six runs and jobs may hold for long, together. */
export const connections = 3

const lanes = createLanes(connections)
const poller = createPoller({
  atOnce: connections,
  mayWait: (waiting) => lanes.held() + waiting < connections,
})
const running = new Map<Entry['id'], AbortController>()

/**
 * Starts one run, and follows it to its end in the background.
 *
 * @param shows takes what the server finds wrong with the request, and says whether it shows that at its
 *   fields: then the run is not in the list
 * @returns the id of its entry
 */
export function start(
  task: string,
  params: Record<string, unknown>,
  executor: Executor,
  shows: (wrong: readonly FieldError[]) => boolean = () => false,
): Entry['id'] {
  const request = requestFor(task, params, executor)
  const { id } = addEntry(request, executor)
  const sent = executor === 'queue' ? queue(id, request) : runInside(id, request)
  sent.catch((error: unknown) => refused(id, error, shows))
  return id
}

function requestFor(
  task: string,
  params: Record<string, unknown>,
  executor: Executor,
): TaskRequest {
  if (executor === 'queue') return { path: '/api/non-blocking', body: { task, params } }
  return { path: '/api/blocking', body: { task, params, executor } }
}

const computesOn =
  'The request was given up. Nothing can end a task on the event loop: its server computes on.'

async function runInside(id: Entry['id'], { path, body }: TaskRequest): Promise<void> {
  const controller = new AbortController()
  const { signal } = controller
  running.set(id, controller)
  let leave: (() => void) | undefined
  try {
    leave = await lanes.enter(signal)
    changeEntry(id, () => ({ state: 'active', sentAt: now() }))
    const answer = await ask<BlockingAnswer>(path, { ...post(body), signal })
    changeEntry(id, () => fromAnswer(answer, now()))
  } catch (error) {
    // The client has left: that is how a request is cancelled.
    if (!signal.aborted) throw error
    const isSent = leave !== undefined
    const what = isSent && body.executor === 'event-loop' ? computesOn : undefined
    changeEntry(id, () => ({ state: 'cancelled', endedAt: now(), error: what }))
  } finally {
    leave?.()
    running.delete(id)
  }
}

async function queue(id: Entry['id'], request: TaskRequest): Promise<void> {
  const { job, instance } = (await run(request)) as NonBlockingAnswer
  changeEntry(id, (entry) => ({
    ...fromJob(entry, job, now()),
    server: instance,
    jobId: job.id,
  }))
  poller.follow(job.id, {
    show: (seen) => changeEntry(id, (entry) => fromJob(entry, seen, now())),
    lose: ({ message }) =>
      changeEntry(id, () => ({ state: 'failed', endedAt: now(), error: message })),
  })
}

/** @throws what is no answer of the server: a mistake of the page */
function refused(
  id: Entry['id'],
  error: unknown,
  shows: (wrong: readonly FieldError[]) => boolean,
): void {
  if (!(error instanceof Refused)) throw error
  const { instance: server, message, problem } = error
  if (problem.errors !== undefined && shows(problem.errors)) removeEntry(id)
  else changeEntry(id, () => ({ state: 'failed', endedAt: now(), server, error: message }))
}

/** Whether it can be cancelled now: a job that is not yet accepted has no id to name it by. */
export const canCancel = (entry: Entry) =>
  !hasEnded(entry) && (entry.executor !== 'queue' || entry.jobId !== undefined)

/** Cancels a run wherever it is. @returns what went wrong */
export async function cancelRun({ id, jobId }: Entry): Promise<string | undefined> {
  running.get(id)?.abort()
  if (jobId === undefined) return undefined
  try {
    const job = await cancel(jobId)
    poller.forget(jobId)
    changeEntry(id, (entry) => fromJob(entry, job, now()))
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    // 409: it had ended already, which is heard of in a moment.
    if (error.problem.status !== 409) return error.message
  }
  return undefined
}

export function cancelAll(): void {
  for (const entry of entries.value) if (canCancel(entry)) void cancelRun(entry)
}
