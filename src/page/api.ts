import type { BlockingAnswer, NonBlockingAnswer, TaskList } from '../api/answers.ts'
import type { Job } from '../api/job.ts'
import type { ProblemBody } from '../api/problem.ts'

/** An answer of the API that is an error, in the API's own words. */
export class Refused extends Error {
  readonly problem: Partial<ProblemBody>
  /** The server that answered, or undefined where none did. */
  readonly instance: string | undefined
  constructor(problem: Partial<ProblemBody>, instance: string | undefined) {
    super(problem.detail ?? problem.title ?? 'The server did not say why.')
    this.problem = problem
    this.instance = instance
  }
}

export const tasks = (): Promise<TaskList> => ask('/api/tasks')

/** A request that runs a task: a path and a JSON body, as the curl line beside it has it. */
export interface TaskRequest {
  path: '/api/blocking' | '/api/non-blocking'
  body: { task: string; params: Record<string, unknown>; executor?: 'thread' | 'event-loop' }
}

export const run = ({ path, body }: TaskRequest): Promise<BlockingAnswer | NonBlockingAnswer> =>
  ask(path, post(body))

/** The job, as soon as it has ended or after `waitS` seconds. */
export const job = (id: string, waitS: number): Promise<Job> =>
  ask(jobPath(id), { headers: { prefer: `wait=${waitS}` } })

export const cancel = (id: string): Promise<Job> => ask(jobPath(id), { method: 'DELETE' })

const jobPath = (id: string) => `/api/jobs/${encodeURIComponent(id)}`

export const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** @throws {Refused} when the answer is an error, or there is none */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  // A cached request would make a second one like it wait for the first.
  const response = await fetch(path, { ...init, cache: 'no-store' }).catch(() => {
    throw new Refused({ detail: 'No server answered.' }, undefined)
  })
  const instance = response.headers.get('x-served-by') ?? undefined
  const body: unknown = await response.json().catch(() => undefined)
  if (response.ok) {
    if (body === undefined) throw new Refused({ detail: 'The answer broke off.' }, instance)
    return body as T
  }
  const problem: Partial<ProblemBody> = {
    title: response.statusText,
    ...(body as object | undefined),
  }
  problem.status = response.status
  throw new Refused(problem, instance)
}
