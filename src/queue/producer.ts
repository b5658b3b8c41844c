import { isDeepStrictEqual } from 'node:util'
import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Log } from '../log.ts'
import { addJobs, type JobToAdd } from './add-jobs.ts'
import { createBacklog } from './backlog.ts'
import { cleanRegularly, forgetOld } from './clean.ts'
import { BudgetSpent, type ClientBudget, charge, noBudget } from './client-budget.ts'
import { requestConnection } from './connection.ts'
import { countBacklog } from './count-backlog.ts'
import { type QueueDepth, readDepth } from './depth.ts'
import { inBatches } from './in-batches.ts'
import { eventsKept } from './job-events.ts'
import { jobIdFor } from './job-id.ts'
import { eventsKey, prefix, queueName } from './keys.ts'
import { explain, KeyReused, QueueAway } from './queue-errors.ts'
import { asStored, type JobData, type QueuedJob } from './record.ts'
import { readMemory } from './redis-memory.ts'
import { refusal } from './room.ts'
import type { StoredJob } from './stored-job.ts'
import { createStoredJobs } from './stored-jobs.ts'
import { type JobView, viewOf } from './view.ts'

export { JobOver, KeyReused, QueueAway } from './queue-errors.ts'
export { QueueFull } from './room.ts'

export interface NewJob {
  /** At least 128 random bits. Adding the same id twice is adding it once. */
  id: string
  /** The client's `Idempotency-Key`: the id follows from it, and `id` is not used. */
  key?: string
  task: string
  data: JobData & { requestId: string }
  /** 0 goes first; then lower numbers before higher ones. */
  priority: number
}

/** The server's side of the queue: every operation fails within a second when Redis is away. */
export interface Producer {
  readonly redis: Redis
  /** Whether Redis answers, as far as is known. */
  ready(): boolean
  /** Resolves when Redis answers, however long that takes. */
  untilReady(): Promise<void>
  /** @throws {QueueFull} @throws {BudgetSpent} @throws {QueueAway} @throws {KeyReused} */
  add(job: NewJob): Promise<JobView>
  /** @returns undefined for a job that does not exist (any more) @throws {QueueAway} */
  find(id: string): Promise<JobView | undefined>
  /**
   * Cancels a job, whether it waits or runs. The same request may do so twice.
   *
   * @returns the job; undefined for one that does not exist @throws {JobOver} @throws {QueueAway}
   */
  cancel(id: string, requestId: string): Promise<JobView | undefined>
  /** @throws {QueueAway} */
  counts(): Promise<QueueDepth>
  /** Asks BullMQ's queue itself, for what shows all of it. @throws {QueueAway} */
  asking<T>(question: (queue: JobQueue) => Promise<T>): Promise<T>
  /** Where the stream of events ends now. @throws {QueueAway} */
  lastEventId(): Promise<string>
  close(): Promise<void>
}

export type JobQueue = Queue<JobData, QueuedJob['returnvalue'], string>

// A step in Redis of about a millisecond: longer ones would hold up everybody else.
const mostAtOnce = 100

export function createProducer({
  redisUrl,
  limit,
  costLimitMs = Number.POSITIVE_INFINITY,
  budget = noBudget,
  resultTtlS,
  log,
}: {
  redisUrl: string
  /** Jobs that may wait. */
  limit: number
  /** Estimated CPU time of the jobs that may wait, in milliseconds. */
  costLimitMs?: number
  budget?: ClientBudget
  /** How long a job is kept that is over. */
  resultTtlS: number
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

  const counts = () => asking(() => readDepth(redis))
  const jobs = createStoredJobs({ redis, asking, resultTtlS, budget })
  const backlog = createBacklog({
    count: () => asking(() => countBacklog(redis)),
    memory: () => asking(() => readMemory(redis)),
  })

  const put = inBatches((some: JobToAdd[]) => asking(() => addJobs(redis, some)), mostAtOnce)

  async function add(job: NewJob): Promise<JobView> {
    if (job.key === undefined) return addNew(job)
    const key = job.key
    const id = await asking(() => jobIdFor(redis, key))
    const before = await jobs.read(id)
    if (before !== undefined && !jobs.isForgotten(before)) return sameRequest(job, before)
    // What is as good as forgotten stands in the way. Only what is old goes: not a job that another server
    // has added under this key in this moment.
    if (before !== undefined) await asking((queue) => forgetOld(queue.getBackend(), resultTtlS))
    await addNew({ ...job, id })
    // Another server may have added one under this key at the same moment: Redis has kept the first.
    const after = await jobs.known(id)
    if (after === undefined) throw new QueueAway('the job is gone as soon as it was added')
    return sameRequest(job, after)
  }

  async function addNew({ id, task, data, priority }: NewJob): Promise<JobView> {
    const { costMs = 0, client } = data
    const state = backlog.known() ?? (await backlog.refreshed())
    const refused =
      refusal(state, { jobs: limit, costMs: costLimitMs }) ??
      (client === undefined ? undefined : await charged(client, costMs))
    if (refused !== undefined) {
      // The proxy tries a request on a second server if the first one dies, perhaps after it has accepted.
      const before = await jobs.find(id)
      if (before !== undefined) return before
      throw refused
    }
    const enqueuedAt = Date.now()
    const stored = asStored(id, { ...data, costMs })
    const isNew = await put({ id, task, data: JSON.stringify(stored), priority, enqueuedAt })
    if (!isNew) {
      const before = await jobs.find(id)
      if (before !== undefined) return before
      throw new QueueAway('the job is gone as soon as it was added')
    }
    backlog.grew(costMs)
    return viewOf(newlyStored({ id, task, data, priority, enqueuedAt }))
  }

  /** Charges the client of a job that there is room for; why it may not come in, where the client cannot pay. */
  async function charged(client: string, costMs: number): Promise<BudgetSpent | undefined> {
    const waitMs = await asking(() => charge(redis, budget, { client, costMs }))
    return waitMs > 0 ? new BudgetSpent(budget, waitMs) : undefined
  }

  async function sameRequest(job: NewJob, stored: StoredJob): Promise<JobView> {
    const { task, priority, data } = stored
    const given = [job.task, job.priority, job.data.timeoutMs, asJson(job.data.params)]
    if (!isDeepStrictEqual(given, [task, priority, data?.timeoutMs, data?.params]))
      throw new KeyReused(stored.id)
    const view = await jobs.withResult(viewOf(stored))
    if (view === undefined) throw new QueueAway('the result was forgotten just now')
    return view
  }

  const lastEventId = () =>
    asking(async () => {
      const [last] = await redis.xrevrange(eventsKey, '+', '-', 'COUNT', 1)
      return last?.[0] ?? '0-0'
    })

  const stopCleaning = cleanRegularly(async () => (await opening)?.getBackend(), resultTtlS)

  async function close(): Promise<void> {
    stopCleaning()
    const queue = await opening?.catch(() => undefined)
    await queue?.close()
    redis.disconnect()
  }

  const ready = () => redis.status === 'ready'

  async function untilReady(): Promise<void> {
    // Not `once` of node:events: it gives up at the first failed try to connect.
    if (!ready()) await new Promise<void>((resolve) => redis.once('ready', () => resolve()))
  }

  const { find, cancel } = jobs
  return { redis, ready, untilReady, add, find, cancel, counts, asking, lastEventId, close }
}

/** A job as Redis has it when it was just added. */
function newlyStored(
  job: Pick<StoredJob, 'id' | 'task' | 'data' | 'priority' | 'enqueuedAt'>,
): StoredJob {
  return {
    ...job,
    takenAt: undefined,
    finishedAt: undefined,
    cancelledAt: undefined,
    attempts: 0,
    stalls: 0,
    worker: undefined,
    progress: undefined,
    returned: undefined,
    failedReason: undefined,
    locked: false,
  }
}

/** As it looks after a way through Redis. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

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
