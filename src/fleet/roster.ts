import type { Redis } from 'ioredis'
import { Instance } from '../api/fleet.ts'
import { checker } from '../api/validate.ts'
import { keyOf, members } from './announce.ts'

/** All instances that are alive, servers first, each kind by number. */
export async function readRoster(redis: Redis): Promise<Instance[]> {
  const ids = await redis.smembers(members)
  if (ids.length === 0) return []
  const texts = await redis.mget(ids.map(keyOf))
  const gone = ids.filter((_, index) => texts[index] === null)
  if (gone.length > 0) redis.srem(members, gone).catch(() => {}) // another reader will
  return texts
    .map(parse)
    .filter((instance) => instance !== undefined)
    .sort((a, b) => a.role.localeCompare(b.role) || byNumber(a.id, b.id))
}

const check = checker(Instance, 'body')

/** Undefined for what is no instance, such as one of another version. */
function parse(text: string | null | undefined): Instance | undefined {
  if (!text) return undefined
  try {
    const checked = check(JSON.parse(text))
    return checked.ok ? (checked.value as Instance) : undefined
  } catch {
    return undefined
  }
}

const { compare: byNumber } = new Intl.Collator('en', { numeric: true })
