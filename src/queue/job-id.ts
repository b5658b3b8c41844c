import { createHmac, randomBytes } from 'node:crypto'
import type { Redis } from 'ioredis'
import { secretKey } from './keys.ts'

/**
 * Ids of jobs. Who knows one can read and cancel the job, so none can be guessed. A letter comes first,
 * because BullMQ takes no id that is all digits.
 */
export const jobIdPattern = /^j[0-9a-f]{32}$/

/** The id for a request: the proxy may try it on a second server, and it is the same job there. */
export const jobIdOf = (requestId: string) => `j${requestId}`

/** The request that an id by `jobIdOf` is for. */
export const requestIdIn = (id: string) => id.slice(1)

/**
 * The id for an `Idempotency-Key`: the same from every server, and not to be guessed by who can guess
 * the key, since a secret goes into it that only Redis has.
 */
export async function jobIdFor(redis: Redis, key: string): Promise<string> {
  const secret =
    (await redis.get(secretKey)) ??
    (await redis
      .set(secretKey, randomBytes(32).toString('hex'), 'NX')
      .then(() => redis.get(secretKey)))
  if (secret === null) throw new Error('Redis did not keep the secret of the job ids')
  return `j${createHmac('sha256', secret).update(key).digest('hex').slice(0, 32)}`
}
