import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { eventsKey } from './keys.ts'

/** How many events Redis keeps. They are only news: who missed one reads the job itself. */
export const eventsKept = 1000

const blockMs = 10_000
const retryMs = 250
/** After these a job looks otherwise; `cancelled` is our own (queue/cancel.ts). */
const changes = new Set(['active', 'progress', 'waiting', 'completed', 'failed', 'cancelled'])

/**
 * Follows the stream from after the entry `from`, and tells which jobs have changed. BullMQ's own reader
 * would parse the result of every job that ends, whoever waits for it; this one looks at ids only.
 *
 * @param redis a connection of its own, because reading blocks it
 * @returns ends it, and the connection
 */
export function followJobs(redis: Redis, from: string, onChange: (id: string) => void): () => void {
  let open = true

  async function follow(): Promise<void> {
    for (let last = from; open; ) {
      try {
        const streams = await redis.xread(
          'COUNT',
          500,
          'BLOCK',
          blockMs,
          'STREAMS',
          eventsKey,
          last,
        )
        for (const [id, fields] of streams?.[0]?.[1] ?? []) {
          last = id
          const { event, jobId } = asObject(fields)
          if (jobId !== undefined && changes.has(event ?? '')) onChange(jobId)
        }
      } catch {
        if (open) await sleep(retryMs) // said by the connection already
      }
    }
  }

  void follow()
  return () => {
    open = false
    redis.disconnect()
  }
}

/** The fields of an entry come as names and values in turn. */
function asObject(fields: string[]): Record<string, string | undefined> {
  const object: Record<string, string> = {}
  for (let i = 0; i + 1 < fields.length; i += 2) object[fields[i]!] = fields[i + 1]!
  return object
}
