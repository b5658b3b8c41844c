import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { eventsKey } from './keys.ts'

/** How many events Redis keeps. They are only news: who missed one reads the job itself. */
export const eventsKept = 1000

/** Bytes of what a worker returns that its event brings along, so that who waits for a small result need not read it. */
export const toldInEvent = 512

const blockMs = 10_000
const retryMs = 250
/** After these a job does not change any more; `cancelled` is our own (queue/cancel.ts). */
const ends = new Set(['completed', 'failed', 'cancelled'])
/** After these, too, it looks otherwise. */
const changes = new Set(['active', 'progress', 'waiting'])

/** How a job ended well, as its event tells: see end-and-take.ts. */
export interface EndTold {
  /** JSON of a `JobReturn`. */
  returned: string
  worker: string
  attempts: number
  /** Milliseconds since 1970. */
  finishedAt: number
}

export interface JobListener {
  /** A job has changed; `isEnd`: for the last time; `told`: where the event tells all that there is to know. */
  onChange(id: string, isEnd: boolean, told: EndTold | undefined): void
  /** Asked before each look at the stream, of which one takes 10 s where nothing happens. */
  goesOn(): boolean
}

/**
 * Follows the stream from after the entry `from`, and tells which jobs have changed. BullMQ's own reader
 * would parse the result of every job that ends, whoever waits for it; this one parses none.
 *
 * @param redis a connection of its own, because reading blocks it; disconnecting it wakes up who reads
 */
export async function followJobs(redis: Redis, from: string, listener: JobListener): Promise<void> {
  for (let last = from; listener.goesOn(); ) {
    try {
      const streams = await redis.xread('COUNT', 500, 'BLOCK', blockMs, 'STREAMS', eventsKey, last)
      for (const [id, fields] of streams?.[0]?.[1] ?? []) {
        last = id
        tell(fields, listener)
      }
    } catch {
      if (listener.goesOn()) await sleep(retryMs) // said by the connection already
    }
  }
}

/** The fields of an entry come as names and values in turn. */
function tell(fields: string[], { onChange }: JobListener): void {
  const entry: Record<string, string | undefined> = {}
  for (let i = 0; i + 1 < fields.length; i += 2) entry[fields[i]!] = fields[i + 1]!
  const { event = '', jobId } = entry
  if (jobId === undefined) return
  const isEnd = ends.has(event)
  if (isEnd || changes.has(event)) onChange(jobId, isEnd, toldBy(entry))
}

/** Undefined for events of BullMQ's own, which tell no worker, and where the result is larger. */
function toldBy({
  returnvalue,
  worker,
  attempts,
  at,
}: Record<string, string | undefined>): EndTold | undefined {
  if (returnvalue === undefined || worker === undefined) return undefined
  return { returned: returnvalue, worker, attempts: Number(attempts), finishedAt: Number(at) }
}
