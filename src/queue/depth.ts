import type { Redis } from 'ioredis'
import { activeKey, prioritizedKey, waitKey } from './keys.ts'

/** How many jobs wait, and how many run now. */
export interface QueueDepth {
  waiting: number
  active: number
}

/**
 * Asks Redis, in one step whose cost does not grow with the queue. Straight from BullMQ's lists: the
 * thread that watches the event loop asks too, and must not load BullMQ for it.
 */
export async function readDepth(redis: Redis): Promise<QueueDepth> {
  const replies = await redis.multi().llen(waitKey).zcard(prioritizedKey).llen(activeKey).exec()
  const [wait = 0, prioritized = 0, active = 0] = (replies ?? []).map(([error, count]) => {
    if (error) throw error
    return count as number
  })
  return { waiting: wait + prioritized, active }
}
