import type { Answer } from './client.ts'

/** What became of the requests of a load, by kind and status. */
export class Tally {
  readonly requests: Record<string, Record<string, number>> = {}
  /** 503 with `Retry-After` from a server: Redis is away, or the queue is full. */
  refused = 0
  /** Requests that may be repeated and got no proper answer, after all the proxy's own tries. */
  failedIdempotent = 0
  /** The first few of them. */
  readonly failures: string[] = []
  /** Requests that were due and not made, since too much was under way already. */
  heldBack = 0

  /**
   * Counts an answer, or undefined for none.
   * @returns whether it says what became of the request: an answer that refuses or fails does not
   */
  count(kind: string, idempotent: boolean, answer: Answer | undefined, why?: unknown): boolean {
    const status = answer === undefined ? 'no answer' : String(answer.status)
    this.requests[kind] ??= {}
    this.requests[kind][status] = (this.requests[kind][status] ?? 0) + 1
    if (answer !== undefined && isClear(answer)) return true
    if (answer !== undefined && isRefusal(answer)) this.refused++
    else if (idempotent) {
      this.failedIdempotent++
      const detail = answer === undefined ? String(why) : JSON.stringify(answer.body).slice(0, 200)
      if (this.failures.length < 20) this.failures.push(`${kind}: ${status} ${detail}`)
    }
    return false
  }
}

/** The service has judged the request itself, or names the job that failed while its client waited. */
function isClear({ status, body }: Answer): boolean {
  return status < 500 || jobIdIn(body) !== undefined
}

/** Not the proxy's own 503, which means that no server answered. */
function isRefusal({ status, headers }: Answer): boolean {
  return (
    status === 503 && headers['retry-after'] !== undefined && headers['x-served-by'] !== 'nginx'
  )
}

/** The job in an answer of `/api/non-blocking`, or in a problem. */
export function jobIdIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('job' in body)) return undefined
  const { job } = body
  if (typeof job === 'string') return job
  return (job as { id?: string } | null)?.id
}
