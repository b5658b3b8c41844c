import type { Redis } from 'ioredis'
import { eventsKept } from './job-events.ts'
import {
  cancelChannel,
  eventsKey,
  failedKey,
  jobKey,
  lockKey,
  prioritizedKey,
  waitKey,
} from './keys.ts'
import { writeFailure } from './record.ts'
import { script } from './scripts.ts'

/**
 * Cancels a job, in one step: the mark can only be set on a job that has not ended, and nothing takes it
 * away, so whatever its worker does at that moment, the job has one end.
 *
 * A job that waits is taken out of the queue, as if it had failed. One that a worker has (or had, before
 * it died) gets BullMQ's deferred failure, `defa`: whoever takes it again ends it without running it. The
 * worker that runs it now is told over a channel.
 */
const mark = script<'unknown' | 'over' | 'again' | 'cancelled'>(
  'unblockCancelJob',
  `
  local job, lock, wait, prioritized, failed, events = unpack(KEYS)
  local id, request, now, reason, kept, channel = unpack(ARGV)
  if redis.call('EXISTS', job) == 0 then return 'unknown' end
  if redis.call('HEXISTS', job, 'finishedOn') == 1 and redis.call('HEXISTS', job, 'cancelledAt') == 0 then
    return 'over'
  end
  if redis.call('HSETNX', job, 'cancelledAt', now) == 0 then
    return redis.call('HGET', job, 'cancelledBy') == request and 'again' or 'over'
  end
  redis.call('HSET', job, 'cancelledBy', request)
  if redis.call('EXISTS', lock) == 0 and
    (redis.call('LREM', wait, 1, id) == 1 or redis.call('ZREM', prioritized, id) == 1) then
    redis.call('HSET', job, 'finishedOn', now, 'failedReason', reason)
    redis.call('ZADD', failed, now, id)
  else
    redis.call('HSET', job, 'defa', reason)
  end
  -- Also of one that waits: a worker that has lost its lock may run it still.
  redis.call('PUBLISH', channel, id)
  redis.call('XADD', events, 'MAXLEN', '~', kept, '*', 'event', 'cancelled', 'jobId', id)
  return 'cancelled'
  `,
)

/**
 * @returns `over` where it had ended already, `unknown` where there is no such job, `again` where the same
 *   request has cancelled it, which the proxy tries on a second server if the first one dies
 */
export function cancelJob(
  redis: Redis,
  id: string,
  requestId: string,
): Promise<'unknown' | 'over' | 'again' | 'cancelled'> {
  const keys = [jobKey(id), lockKey(id), waitKey, prioritizedKey, failedKey, eventsKey]
  const reason = writeFailure({ reason: 'cancelled', detail: 'on request' })
  return mark(redis, keys, id, requestId, Date.now(), reason, eventsKept, cancelChannel)
}

/** Which of these jobs are marked as cancelled. */
export async function cancelledAmong(redis: Redis, ids: string[]): Promise<string[]> {
  const marks = await Promise.all(ids.map((id) => redis.hexists(jobKey(id), 'cancelledAt')))
  return ids.filter((_, index) => marks[index] === 1)
}
