import type { Redis } from 'ioredis'

/** Memory of Redis, in bytes. */
export interface RedisMemory {
  used: number
  /** What it may use; 0: no limit is set. */
  limit: number
}

/** What `INFO memory` says: https://redis.io/docs/latest/commands/info/ */
export async function readMemory(redis: Redis): Promise<RedisMemory> {
  const info = await redis.info('memory')
  const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0)
  return { used: field('used_memory'), limit: field('maxmemory') }
}
