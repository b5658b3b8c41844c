import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { QueueSystem } from '../systems/system.ts'
import { wrk } from '../wrk.ts'
import { drain, rateBetween } from './drain-rate.ts'

/** What a system does with so many jobs waiting. */
export interface GrowthSample {
  acceptedPerS: number
  donePerS: number
  /** Memory of Redis for each of the jobs that wait. */
  bytesPerJob: number
  /** Requests that were not accepted. */
  failed: number
}

const empty = { task: 'empty' } as const
const path = '/api/non-blocking?task=empty'
const connections = 32
/** Keys that a sample adds at the most. */
const mostMore = 100_000

/**
 * Fills a new system's queue, then measures how fast it accepts more, and with these on top of the others how fast it
 * drains them. So a short queue, too, is drained for long enough to be measured.
 */
export async function growthSample(
  system: QueueSystem,
  { waiting, seconds, warmUpS }: { waiting: number; seconds: number; warmUpS: number },
): Promise<GrowthSample> {
  const redis = new Redis({ path: system.redisSocket })
  try {
    if (warmUpS > 0) await wrk(system.url + path, warmUpS, { connections })
    await system.hold()
    // The first job brings what a queue has only once.
    await system.fill(empty, 1)
    const before = await usedMemory(redis)
    await system.fill(empty, waiting - 1)
    const bytesPerJob = ((await usedMemory(redis)) - before) / (waiting - 1)
    await untilRewritten(redis)
    await widenTable(redis, mostMore)
    await untilRewritten(redis)
    const accepted = await wrk(system.url + path, seconds, { connections })
    const series = await drain(system, { until: waiting, forMs: seconds * 1000 })
    return {
      acceptedPerS: accepted.requestsPerS,
      donePerS: rateBetween(series, { from: 0.1, to: 1 }),
      bytesPerJob,
      failed: accepted.failed,
    }
  } finally {
    redis.disconnect()
  }
}

async function usedMemory(redis: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1])
}

/** A long file of commands is written afresh in the background: that the filling was so sudden is the bench's doing. */
async function untilRewritten(redis: Redis): Promise<void> {
  const isRewriting = async () =>
    /^aof_rewrite_(?:in_progress|scheduled):1/m.test(await redis.info('persistence'))
  while (await isRewriting()) await sleep(20)
}

/**
 * Redis doubles the table of its keys at each power of two, and moves them bit by bit for some seconds, which took 40%
 * of its time. A million jobs are a twentieth below such a number: who accepts more of them in a sample would be
 * measured while that goes on, and who accepts fewer would not. So it is done before, for all, however many wait: more
 * than half of the table is in use from then on, so it is not made smaller again, and `more` keys do not fill it.
 */
async function widenTable(redis: Redis, more: number): Promise<void> {
  const keys = await redis.dbsize()
  const table = 2 ** Math.ceil(Math.log2(Math.max(keys + more, 2 * more + 2)))
  const name = 'bench:table:'
  const step = 50_000
  const inSteps = async (count: number, command: string) => {
    const lua = `for n = ARGV[2], ARGV[3] do redis.call(${command}) end`
    for (let from = 1; from <= count; from += step)
      await redis.eval(lua, 0, name, from, Math.min(count, from + step - 1))
  }
  await inSteps(table / 2 + 1 - keys, "'SET', ARGV[1] .. n, ''")
  // Each look at the table moves a little of it.
  await inSteps(table, "'EXISTS', ARGV[1]")
}
