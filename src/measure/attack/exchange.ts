import type { RequestRecord } from '../records/record.ts'
import type { Answer, Client, Outgoing } from './client.ts'
import { followJob, type JobEnd } from './follow-job.ts'

/** What a record says beyond where it belongs and when it was due. */
export type Outcome = Omit<RequestRecord, 'trial' | 'kind' | 'due' | 'sent'>

/** A request that has been sent, until its client has what it wanted. */
export interface Exchange {
  /** Ends it from the client's side; `done` is not called any more. */
  leave(): void
  /** Takes back the work that was accepted, if it was. Resolves when the service knows. Never rejects. */
  cancel(): Promise<void>
  /** The part of the record that is known already. */
  readonly sofar: { accepted: number | null; started: number | null; status: number }
}

/**
 * Sends a request and, where the answer names a job, follows the job to its end.
 *
 * @param now milliseconds on the clock of the record
 * @param onWrong the service says that the request itself is wrong: 400, 404 and the like; with true it is
 *   taken care of, else it is an answer like any other
 */
export function startExchange(
  client: Client,
  outgoing: Outgoing,
  now: () => number,
  { done, onWrong }: { done: (outcome: Outcome) => void; onWrong: (answer: Answer) => boolean },
): Exchange {
  const sofar: Exchange['sofar'] = { accepted: null, started: null, status: 0 }
  let server: { server?: string } = {}
  let job = ''
  let hasLeft = false

  const sending = client.send(outgoing, (answer) => {
    if (hasLeft) return
    const ended = now()
    const { status } = answer
    sofar.status = status
    server = servedBy(answer)
    const location = status === 202 ? answer.headers.location : undefined
    if (isWrong(status) && onWrong(answer)) return
    if (typeof location === 'string' && jobPath.test(location)) follow(location, ended)
    else done({ ...sofar, ...server, ...verdict(answer), ended, ...timing(answer.head) })
  })
  let stop = sending.abort

  function follow(location: string, acceptedAt: number): void {
    sofar.accepted = acceptedAt
    job = location
    const onStart = () => {
      sofar.started = now()
    }
    const onEnd = ({ state, ...end }: JobEnd) =>
      done({
        ...sofar,
        ...server,
        ...end,
        ended: now(),
        outcome: state === 'completed' ? 'completed' : 'failed',
      })
    stop = followJob(client, location, onStart, onEnd).stop
  }

  function cancel(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (job === '') resolve()
    else client.send({ method: 'DELETE', path: job }, () => resolve())
    return promise
  }

  function leave(): void {
    hasLeft = true
    stop()
  }

  return { leave, cancel, sofar }
}

const jobPath = /^\/api\/jobs\/[^/?#]+$/

/** Statuses that say that the request itself is wrong: every further one would be as well. */
function isWrong(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 425 && status !== 429
}

function verdict({ status, error }: Answer): Pick<Outcome, 'outcome' | 'reason'> {
  if (error !== undefined) return { outcome: 'failed', reason: error }
  if (status >= 200 && status < 300) return { outcome: 'completed' }
  const refused = status === 503 || status === 429
  return { outcome: refused ? 'refused' : 'failed', reason: `status ${status}` }
}

function servedBy({ headers }: Answer): { server?: string } {
  const name = headers['x-served-by']
  return typeof name === 'string' ? { server: name } : {}
}

/** What the contract says of a run, before its result. */
const timingPattern = /"timing":\{"waitMs":([\d.]+),"runMs":([\d.]+)\}/

function timing(head: string): { waitMs?: number; runMs?: number } {
  const [, waitMs, runMs] = timingPattern.exec(head) ?? []
  return runMs === undefined ? {} : { waitMs: Number(waitMs), runMs: Number(runMs) }
}
