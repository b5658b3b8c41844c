import type { Redis } from 'ioredis'
import { jobKey, lockKey } from './keys.ts'
import {
  type JobData,
  type JobProgress,
  type JobReturn,
  readData,
  readProgress,
  readReturn,
} from './record.ts'
import { script } from './scripts.ts'

/** A job as Redis holds it, checked. Times are milliseconds since 1970. */
export interface StoredJob {
  id: string
  task: string
  /** Undefined where it cannot be read. */
  data: JobData | undefined
  priority: number
  enqueuedAt: number
  /** When a worker took it, the last time. */
  takenAt: number | undefined
  finishedAt: number | undefined
  cancelledAt: number | undefined
  /** How often a worker has taken it, and how often one has died under it. */
  attempts: number
  stalls: number
  worker: string | undefined
  progress: JobProgress | undefined
  /** What the worker wrote when it was done; undefined too where it cannot be read. */
  returned: JobReturn | undefined
  failedReason: string | undefined
  /** A worker has it, and has renewed its lock lately. */
  locked: boolean
}

const read = script<[fields: string[], locked: 0 | 1][]>(
  'unblockReadJobs',
  `
  local jobs = {}
  for i = 1, #KEYS, 2 do
    jobs[#jobs + 1] = { redis.call('HGETALL', KEYS[i]), redis.call('EXISTS', KEYS[i + 1]) }
  end
  return jobs
  `,
  { atOnce: true },
)

/** Reads jobs, each as it is at one moment; undefined where there is none. */
export async function readStoredJobs(
  redis: Redis,
  ids: readonly string[],
): Promise<(StoredJob | undefined)[]> {
  const keys = ids.flatMap((id) => [jobKey(id), lockKey(id)])
  return (await read(redis, keys)).map(([fields, locked], index) => {
    const hash = new Map<string, string>()
    for (let i = 0; i + 1 < fields.length; i += 2) hash.set(fields[i]!, fields[i + 1]!)
    return storedJob(ids[index]!, hash, locked === 1)
  })
}

/** @param hash the fields as BullMQ 6 names them: `ats` attempts started, `stc` stalls, `pb` processed by */
export function storedJob(
  id: string,
  hash: ReadonlyMap<string, string>,
  locked: boolean,
): StoredJob | undefined {
  const enqueuedAt = number(hash.get('timestamp'))
  const task = hash.get('name')
  if (enqueuedAt === undefined || task === undefined) return undefined
  return {
    id,
    task,
    data: readData(hash.get('data')),
    priority: number(hash.get('priority')) ?? 0,
    enqueuedAt,
    takenAt: number(hash.get('processedOn')),
    finishedAt: number(hash.get('finishedOn')),
    cancelledAt: number(hash.get('cancelledAt')),
    attempts: number(hash.get('ats')) ?? 0,
    stalls: number(hash.get('stc')) ?? 0,
    worker: hash.get('pb'),
    progress: readProgress(hash.get('progress')),
    returned: readReturn(hash.get('returnvalue')),
    failedReason: hash.get('failedReason'),
    locked,
  }
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}
