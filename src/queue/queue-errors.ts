import type { Log } from '../log.ts'
import { isRefusal } from './refusal.ts'

/** Redis did not answer in time: nothing is known of the job, and the client should try again. */
export class QueueAway extends Error {}

/** The key has been used for another request. */
export class KeyReused extends Error {
  /** Id of the job that has it. */
  readonly job: string
  constructor(job: string) {
    super('this Idempotency-Key belongs to another request')
    this.job = job
  }
}

/** The job cannot be cancelled: it had ended. */
export class JobOver extends Error {
  readonly state: string
  constructor(state: string) {
    super(`the job is ${state} already`)
    this.state = state
  }
}

/**
 * An error of Redis's, as the producer's users should see it: one that will pass is `QueueAway`; anything
 * else is a fault of this program, and stays what it is.
 */
export function explain(error: unknown, log: Log): unknown {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError)
    return error
  if (isRefusal(error)) log.trouble('redis refuses', error)
  else if (error.name === 'ReplyError') return error
  return new QueueAway(error.message, { cause: error })
}
