import type { BlockingAnswer, NonBlockingAnswer } from '../api/answers.ts'
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

/** Runs a task: the request is the one that the form would make without this script. */
export function run(url: URL): Promise<BlockingAnswer | NonBlockingAnswer> {
  return get(url)
}

/** The job, as soon as it has ended or after a few seconds. */
export function job(id: string): Promise<Job> {
  return get(new URL(`/api/jobs/${encodeURIComponent(id)}`, location.href), { prefer: 'wait=5' })
}

/** @throws {Refused} when the answer is an error, or there is none */
async function get<T>(url: URL, headers: Record<string, string> = {}): Promise<T> {
  // A cached request would make a second one like it wait for the first.
  const response = await fetch(url, { headers, cache: 'no-store' }).catch(() => {
    throw new Refused({ detail: 'No server answered.' }, undefined)
  })
  const body: unknown = await response.json().catch(() => ({}))
  if (response.ok) return body as T
  const problem: Partial<ProblemBody> = { title: response.statusText, ...(body as object) }
  problem.status = response.status
  throw new Refused(problem, response.headers.get('x-served-by') ?? undefined)
}
