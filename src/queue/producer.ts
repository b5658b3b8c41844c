import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Log } from '../log.ts'
import { createBacklog } from './backlog.ts'
import { prefix, queueName, requestConnection } from './connection.ts'
import { eventsKept, eventsKey } from './job-events.ts'
import { type JobData, type JobView, type QueuedJob, resultKey, viewOf } from './record.ts'

/** Redis did not answer in time: nothing is known of the job, and the client should try again. */
export class QueueAway extends Error {}

/** As many jobs wait as may. */
export class QueueFull extends Error {
  /** Jobs that wait. */
  readonly waiting: number
  constructor(waiting: number) {
    super(`${waiting} jobs wait already`)
    this.waiting = waiting
  }
}

export interface NewJob {
  /** At least 128 random bits. Adding the same id twice is adding it once. */
  id: string
  task: string
  data: JobData
  /** 0 goes first; then lower numbers before higher ones. */
  priority: number
}

export interface QueueCounts {
  waiting: number
  active: number
}

/** The server's side of the queue: every operation fails within a second when Redis is away. */
export interface Producer {
  readonly redis: Redis
  /** Whether Redis answers, as far as is known. */
  ready(): boolean
  /** Resolves when Redis answers, however long that takes. */
  untilReady(): Promise<void>
  /** @throws {QueueFull} @throws {QueueAway} */
  add(job: NewJob): Promise<JobView>
  /** @returns undefined for a job that does not exist (any more) @throws {QueueAway} */
  find(id: string): Promise<JobView | undefined>
  /** @throws {QueueAway} */
  counts(): Promise<QueueCounts>
  /** Where the stream of events ends now. @throws {QueueAway} */
  lastEventId(): Promise<string>
  close(): Promise<void>
}

type JobQueue = Queue<JobData, QueuedJob['returnvalue'], string>

export function createProducer({
  redisUrl,
  limit,
  log,
}: {
  redisUrl: string
  /** Jobs that may wait. */
  limit: number
  log: Log
}): Producer {
  const redis = requestConnection(redisUrl, log)
  let opening: Promise<JobQueue> | undefined

  /** BullMQ asks Redis for its version first, and never again if that fails: so not before Redis is there. */
  function open(): Promise<JobQueue> {
    opening ??= openQueue(redis).catch((error) => {
      opening = undefined
      throw error
    })
    return opening
  }

  async function asking<T>(question: (queue: JobQueue) => Promise<T>): Promise<T> {
    if (redis.status !== 'ready') throw new QueueAway('Redis is away')
    try {
      return await question(await open())
    } catch (error) {
      throw explain(error, log)
    }
  }

  const counts = () =>
    asking(async (queue): Promise<QueueCounts> => {
      const found = await queue.getJobCounts('wait', 'prioritized', 'active')
      return {
        waiting: (found.wait ?? 0) + (found.prioritized ?? 0),
        active: found.active ?? 0,
      }
    })
  const backlog = createBacklog(async () => (await counts()).waiting)

  async function add({ id, task, data, priority }: NewJob): Promise<JobView> {
    const waiting = await backlog.length()
    if (waiting >= limit) throw new QueueFull(waiting)
    const job = await asking((queue) =>
      queue.add(task, data, { jobId: id, ...(priority > 0 ? { priority } : {}) }),
    )
    backlog.grew()
    return viewOf(job, 'waiting')
  }

  const find = (id: string) =>
    asking(async (queue) => {
      // Read twice where the job ends between the two questions.
      for (let attempt = 0; attempt < 3; attempt++) {
        const [job, state] = await Promise.all([queue.getJob(id), queue.getJobState(id)])
        if (job === undefined || job === null || state === 'unknown') return undefined
        const over = state === 'completed' || state === 'failed'
        if (over === (job.finishedOn !== undefined)) return withResult(viewOf(job, state))
      }
      throw new Error(`job ${id} changes too fast to be read`)
    })

  /** A large result is in a key of its own; a job whose result is forgotten is forgotten. */
  async function withResult(view: JobView): Promise<JobView | undefined> {
    if (!view.resultApart) return view
    const json = await redis.get(resultKey(view.job.id))
    return json === null ? undefined : { ...view, resultJson: json }
  }

  const lastEventId = () =>
    asking(async () => {
      const [last] = await redis.xrevrange(eventsKey, '+', '-', 'COUNT', 1)
      return last?.[0] ?? '0-0'
    })

  async function close(): Promise<void> {
    const queue = await opening?.catch(() => undefined)
    await queue?.close()
    redis.disconnect()
  }

  const ready = () => redis.status === 'ready'

  async function untilReady(): Promise<void> {
    // Not `once` of node:events: it gives up at the first failed try to connect.
    if (!ready()) await new Promise<void>((resolve) => redis.once('ready', () => resolve()))
  }

  return { redis, ready, untilReady, add, find, counts, lastEventId, close }
}

async function openQueue(redis: Redis): Promise<JobQueue> {
  const queue: JobQueue = new Queue(queueName, {
    connection: redis,
    prefix,
    skipWaitingForReady: true,
    streams: { events: { maxLen: eventsKept } },
  })
  queue.on('error', () => {}) // said by the connection already
  await queue.waitUntilReady()
  return queue
}

/**
 * An error of Redis's, as the producer's users should see it: one that will pass is `QueueAway`; anything
 * else is a fault of this program, and stays what it is.
 */
function explain(error: unknown, log: Log): unknown {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError)
    return error
  if (error.name === 'ReplyError') {
    if (
      !/\b(OOM|MISCONF|LOADING|READONLY|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)\b/.test(error.message)
    )
      return error
    log.trouble('redis refuses', error)
  }
  return new QueueAway(error.message, { cause: error })
}
