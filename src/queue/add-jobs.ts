import type { Redis } from 'ioredis'
import { jobKey, markerKey, metaKey, prioritizedKey, priorityCounterKey, waitKey } from './keys.ts'
import { script } from './scripts.ts'

/** A job as it is put into Redis. */
export interface JobToAdd {
  id: string
  task: string
  /** JSON. */
  data: string
  /** 0 goes first; then lower numbers before higher ones. */
  priority: number
  /** Milliseconds since 1970. */
  enqueuedAt: number
}

/**
 * Adds jobs in one step, as BullMQ 6 adds one (its addStandardJob and addPrioritizedJob; the order of
 * priorities is by its getPriorityScore): a script for each job, with BullMQ's own preparations for it, takes the
 * servers twice the CPU time. What nothing here reads is not written, since a million jobs may wait: options, delay and
 * priority where they are the defaults, and the events `added` and `waiting` of a job that nobody can wait for yet.
 *
 * The marker is what wakes workers that wait; a queue that was paused has none.
 */
const add = script<(0 | 1)[]>(
  'unblockAddJobs',
  `
  local wait, prioritized, marker, meta, counter = unpack(KEYS)
  local base, fields = ARGV[1], 5
  local added, any = {}, false
  for i = 2, #ARGV, fields do
    local id, priority = ARGV[i], tonumber(ARGV[i + 3])
    local job = base .. id
    if redis.call('EXISTS', job) == 1 then
      added[#added + 1] = 0
    else
      redis.call('HSET', job, 'name', ARGV[i + 1], 'data', ARGV[i + 2], 'timestamp', ARGV[i + 4])
      if priority == 0 then
        redis.call('LPUSH', wait, id)
      else
        redis.call('HSET', job, 'priority', ARGV[i + 3])
        local order = redis.call('INCR', counter) % 0x100000000
        redis.call('ZADD', prioritized, priority * 0x100000000 + order, id)
      end
      added[#added + 1] = 1
      any = true
    end
  end
  if any and redis.call('HEXISTS', meta, 'paused') == 0 then redis.call('ZADD', marker, 0, '0') end
  return added
  `,
  { atOnce: true },
)

/** @returns whether each was added; one that is there already is left as it is */
export async function addJobs(redis: Redis, jobs: readonly JobToAdd[]): Promise<boolean[]> {
  const keys = [waitKey, prioritizedKey, markerKey, metaKey, priorityCounterKey]
  const fields: (string | number)[] = []
  for (const { id, task, data, priority, enqueuedAt } of jobs)
    fields.push(id, task, data, priority, enqueuedAt)
  const added = await add(redis, keys, jobKey(''), ...fields)
  return added.map((each) => each === 1)
}
