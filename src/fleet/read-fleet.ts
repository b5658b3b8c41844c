import type { Redis } from 'ioredis'
import type { Fleet } from '../api/fleet.ts'
import { readDepth } from '../queue/depth.ts'
import { readRoster } from './roster.ts'

/** The fleet now; `limit` is how many jobs may wait. Fails as the connection does when Redis is away. */
export async function readFleet(redis: Redis, limit: number): Promise<Fleet> {
  const [instances, depth] = await Promise.all([readRoster(redis), readDepth(redis)])
  return { instances, queue: { ...depth, limit } }
}
