import type { Redis } from 'ioredis'
import type { Instance } from '../api/fleet.ts'

/**
 * Every instance keeps a key of its own in Redis that expires when it is not renewed, so one that was
 * killed is off the roster within `aliveMs`. Apart from the reading side, because the watcher's thread
 * loads this and should start fast.
 */

const aliveMs = 2500
export const members = 'unblock:fleet'
export const keyOf = (id: string) => `unblock:fleet:${id}`

/** Puts an instance on the roster, or renews it. */
export async function announce(redis: Redis, instance: Instance): Promise<void> {
  await redis
    .pipeline()
    .sadd(members, instance.id)
    .set(keyOf(instance.id), JSON.stringify(instance), 'PX', aliveMs)
    .exec()
}

/** Takes an instance off the roster. */
export async function withdraw(redis: Redis, id: string): Promise<void> {
  await redis.pipeline().srem(members, id).del(keyOf(id)).exec()
}
