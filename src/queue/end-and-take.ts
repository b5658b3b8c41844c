import type { Redis } from 'ioredis'
import { eventsKept, toldInEvent } from './job-events.ts'
import {
  activeKey,
  completedKey,
  eventsKey,
  failedKey,
  jobKey,
  markerKey,
  metaKey,
  prioritizedKey,
  stalledKey,
  waitKey,
} from './keys.ts'
import { script } from './scripts.ts'

/** A job that this worker has taken, as Redis had it then. */
export interface TakenJob {
  id: string
  task: string
  /** JSON. */
  data: string
  /** Milliseconds since 1970. */
  enqueuedAt: number
  /** How often it was taken, this time included, and how often a worker has died under it. */
  attempts: number
  stalls: number
  /** JSON: the last that its former worker has told; empty where there was none. */
  progress: string
  /** What it is to fail with instead of being run; empty for most. */
  deferredFailure: string
  /** What its lock holds. */
  token: string
}

/** How a job that was taken ended. */
export interface JobEnd {
  id: string
  token: string
  state: 'completed' | 'failed'
  /** What BullMQ calls the return value (JSON), or the reason of the failure. */
  value: string
}

/** What a worker says of itself with each job it takes. */
export interface Taker {
  /** Name of the worker, kept on the jobs. */
  instance: string
  lockMs: number
}

/**
 * Writes down how jobs ended, and takes others, in one step: as BullMQ 6 does for one job at a time (its
 * moveToFinished and moveToActive), which takes Redis and the worker three times the CPU time. Left out is what
 * nothing here uses: rate limits, delays, parents, and the event `active`.
 *
 * A job ends only while its lock is this worker's. The lock is what is written first: a script that has written is
 * not refused any more, so jobs can end also when Redis is full. Which jobs are forgotten by age: see clean.ts.
 */
const step = script<[ended: (0 | 1)[], taken: (string | number)[][]]>(
  'unblockEndAndTake',
  `
  local wait, prioritized, active, stalled, completed, failed, events, meta, marker = unpack(KEYS)
  local base, now, instance, lockMs, token, kept, told, want = unpack(ARGV)
  local call = redis.call
  local ended = {}
  told = tonumber(told)
  for i = 9, #ARGV, 4 do
    local id, held, state, value = unpack(ARGV, i, i + 3)
    local job, lock = base .. id, base .. id .. ':lock'
    if call('GET', lock) == held then
      call('DEL', lock)
      local takenBy, cancelled, attempts = unpack(call('HMGET', job, 'pb', 'cancelledAt', 'ats'))
      call('SREM', stalled, id)
      call('LREM', active, -1, id)
      local field = state == 'completed' and 'returnvalue' or 'failedReason'
      -- Somebody may have deleted it while it ran; and another one with its id may wait by now.
      if takenBy == instance then
        call('HSET', job, field, value, 'finishedOn', now, 'atm', 1)
        call('HDEL', job, 'defa')
        call('ZADD', state == 'completed' and completed or failed, now, id)
        if state == 'completed' and not cancelled and #value <= told then
          call('XADD', events, 'MAXLEN', '~', kept, '*', 'event', state, 'jobId', id,
            'returnvalue', value, 'worker', instance, 'attempts', attempts or 1, 'at', now)
        else
          -- BullMQ's listeners parse what they find there.
          call('XADD', events, 'MAXLEN', '~', kept, '*', 'event', state, 'jobId', id,
            'returnvalue', 'null')
        end
      end
      ended[#ended + 1] = 1
    else
      -- The connection may have broken after this was done, and it was sent again.
      local done = call('HMGET', job, 'finishedOn', 'pb')
      ended[#ended + 1] = done[1] and done[2] == instance and 1 or 0
    end
  end

  local taken = {}
  want = tonumber(want)
  local paused = call('HEXISTS', meta, 'paused') == 1
  if paused then want = 0 end
  while #taken < want do
    local id = call('RPOPLPUSH', wait, active)
    if not id then
      id = call('ZPOPMIN', prioritized)[1]
      if not id then break end
      call('LPUSH', active, id)
    end
    local job = base .. id
    local name, data, timestamp, stalls, progress, failure =
      unpack(call('HMGET', job, 'name', 'data', 'timestamp', 'stc', 'progress', 'defa'))
    if name then
      call('SET', job .. ':lock', token, 'PX', lockMs)
      call('HSET', job, 'processedOn', now, 'pb', instance)
      local attempts = call('HINCRBY', job, 'ats', 1)
      taken[#taken + 1] = { id, name, data or '', timestamp or now, attempts, stalls or 0,
        progress or '', failure or '' }
    else
      call('LREM', active, 1, id)
    end
  end
  -- Wakes another worker: this one may have been woken by the only mark there was.
  if not paused and (call('LLEN', wait) > 0 or call('ZCARD', prioritized) > 0) then
    call('ZADD', marker, 0, '0')
  end
  return { ended, taken }
  `,
)

/**
 * @param want jobs to take at most; 0 takes none
 * @param token for the locks of those that are taken
 * @returns of each end, whether it was written, or nobody wants it, as the job was deleted: else another worker has it
 */
export async function endAndTake(
  redis: Redis,
  { instance, lockMs }: Taker,
  { ends, want, token }: { ends: readonly JobEnd[]; want: number; token: string },
): Promise<{ ended: boolean[]; taken: TakenJob[] }> {
  const keys = [
    ...[waitKey, prioritizedKey, activeKey, stalledKey, completedKey, failedKey],
    ...[eventsKey, metaKey, markerKey],
  ]
  const args: (string | number)[] = [jobKey(''), Date.now(), instance, lockMs, token]
  args.push(eventsKept, toldInEvent, want)
  for (const { id, token: held, state, value } of ends) args.push(id, held, state, value)
  const [ended, taken] = await step(redis, keys, ...args)
  return {
    ended: ended.map((each) => each === 1),
    taken: taken.map((each) => asTaken(each, token)),
  }
}

function asTaken(values: (string | number)[], token: string): TakenJob {
  const [id, task, data, enqueuedAt, attempts, stalls, progress, deferredFailure] = values
  return {
    id: String(id),
    task: String(task),
    data: String(data),
    enqueuedAt: Number(enqueuedAt),
    attempts: Number(attempts),
    stalls: Number(stalls),
    progress: String(progress),
    deferredFailure: String(deferredFailure),
    token,
  }
}
