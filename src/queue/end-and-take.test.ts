import assert from 'node:assert/strict'
import { test } from 'node:test'
import { QueueEvents } from 'bullmq'
import { Redis } from 'ioredis'
import { atEnd } from '../../test/fixtures/at-end.ts'
import { newJob, startProducer } from '../../test/fixtures/queue.ts'
import { startRedis } from '../../test/fixtures/redis.ts'
import { until } from '../../test/fixtures/until.ts'
import { addressOf } from './connection.ts'
import { endAndTake, type JobEnd } from './end-and-take.ts'
import { toldInEvent } from './job-events.ts'
import {
  activeKey,
  completedKey,
  eventsKey,
  failedKey,
  jobKey,
  lockKey,
  markerKey,
  metaKey,
  prefix,
  queueName,
} from './keys.ts'

const taker = { instance: 'worker-1', lockMs: 8000 }

/** A queue, and one who takes from it. */
async function startTaking(t: Parameters<typeof startRedis>[0]) {
  const { url } = await startRedis(t)
  const producer = await startProducer(t, url)
  const { redis } = producer
  return {
    url,
    redis,
    producer,
    async add(priority = 0) {
      const job = newJob('primes', {}, priority)
      await producer.add(job)
      return job.id
    },
    take: async (want: number, token = 't') =>
      (await endAndTake(redis, taker, { ends: [], want, token })).taken,
    end: async (...ends: JobEnd[]) =>
      (await endAndTake(redis, taker, { ends, want: 0, token: '' })).ended,
  }
}

const ended = (id: string, changes: Partial<JobEnd> = {}): JobEnd => ({
  ...{ id, token: 't', state: 'completed', value: '{}' },
  ...changes,
})

test('as many are taken as are wanted, the first that came first, and each is locked', async (t) => {
  const { redis, add, take } = await startTaking(t)
  const ids = [await add(), await add(), await add()]
  assert.deepEqual(
    (await take(2)).map(({ id, task, attempts, token }) => ({ id, task, attempts, token })),
    ids.slice(0, 2).map((id) => ({ id, task: 'primes', attempts: 1, token: 't' })),
  )
  assert.equal(await redis.get(lockKey(ids[0]!)), 't')
  const ttl = await redis.pttl(lockKey(ids[0]!))
  assert.ok(ttl > 0 && ttl <= taker.lockMs, `${ttl}`)
  assert.deepEqual(
    (await take(5)).map(({ id }) => id),
    ids.slice(2),
  )
  assert.deepEqual(await take(5), [])
})

test('those without a priority go first, then lower ones before higher', async (t) => {
  const { add, take } = await startTaking(t)
  const ids: Record<number, string> = {}
  for (const priority of [7, 2, 0, 2_000_000]) ids[priority] = await add(priority)
  const taken = (await take(9)).map(({ id }) => id)
  assert.deepEqual(taken, [ids[0], ids[2], ids[7], ids[2_000_000]])
})

test('an end is written once, and where it ended', async (t) => {
  const { redis, add, take, end } = await startTaking(t)
  const [good, bad] = [await add(), await add()]
  await take(2)
  assert.deepEqual(await end(ended(good), ended(bad, { state: 'failed', value: 'threw: x' })), [
    true,
    true,
  ])
  assert.deepEqual(await redis.zrange(completedKey, '0', '-1'), [good])
  assert.deepEqual(await redis.zrange(failedKey, '0', '-1'), [bad])
  assert.equal(await redis.hget(jobKey(good), 'returnvalue'), '{}')
  assert.equal(await redis.hget(jobKey(bad), 'failedReason'), 'threw: x')
  assert.equal(await redis.llen(activeKey), 0)
  assert.equal(await redis.exists(lockKey(good)), 0)
  const events = await redis.xrange(eventsKey, '-', '+')
  assert.deepEqual(
    events.map(([, fields]) => fields.slice(0, 4)),
    [
      ['event', 'completed', 'jobId', good],
      ['event', 'failed', 'jobId', bad],
    ],
  )
})

test('the event of a good end brings a small result along, unless the job was cancelled meanwhile', async (t) => {
  const { redis, add, take, end } = await startTaking(t)
  const ids = [await add(), await add(), await add()] as [string, string, string]
  const [small, large, cancelled] = ids
  await take(3)
  await redis.hset(jobKey(cancelled), 'cancelledAt', '1')
  const value = 'x'.repeat(toldInEvent + 1)
  await end(ended(small), ended(large, { value }), ended(cancelled))
  const events = await redis.xrevrange(eventsKey, '+', '-', 'COUNT', 3)
  const fields = events.map(([, each]) => each).reverse()
  const finishedOn = await redis.hget(jobKey(small), 'finishedOn')
  assert.deepEqual(fields[0]?.slice(4), [
    ...['returnvalue', '{}', 'worker', 'worker-1'],
    ...['attempts', '1', 'at', finishedOn],
  ])
  for (const each of fields.slice(1)) assert.deepEqual(each.slice(4), ['returnvalue', 'null'])
})

test("BullMQ's own listeners hear of every end, whatever it brings along", async (t) => {
  const { redis, url, add, take, end } = await startTaking(t)
  const connection = new Redis({ ...addressOf(url), maxRetriesPerRequest: null })
  const events = new QueueEvents(queueName, { connection, prefix, lastEventId: '0-0' })
  atEnd(t, async () => {
    await events.close()
    connection.disconnect()
  })
  const heard: (string | undefined)[] = []
  events.on('completed', ({ jobId }) => heard.push(jobId))
  events.on('failed', ({ failedReason }) => heard.push(failedReason))
  const [large, cancelled, bad, small] = [await add(), await add(), await add(), await add()]
  await take(4)
  await redis.hset(jobKey(cancelled), 'cancelledAt', '1')
  const value = JSON.stringify('x'.repeat(toldInEvent))
  const failure = { state: 'failed', value: 'threw: x' } as const
  await end(ended(large, { value }), ended(cancelled), ended(bad, failure), ended(small))
  await until('all are heard', () => heard.length === 4)
  assert.deepEqual(heard, [large, cancelled, undefined, small])
})

test('an end that is sent again, since the connection broke before its answer, was written', async (t) => {
  const { redis, add, take, end } = await startTaking(t)
  const id = await add()
  await take(1)
  await end(ended(id))
  assert.deepEqual(await end(ended(id)), [true])
  assert.equal(await redis.zcard(completedKey), 1)
})

test('who has lost the lock does not end the job', async (t) => {
  const { redis, add, take, end } = await startTaking(t)
  const id = await add()
  await take(1)
  await redis.set(lockKey(id), 'of another')
  assert.deepEqual(await end(ended(id)), [false])
  await redis.del(lockKey(id))
  assert.deepEqual(await end(ended(id)), [false])
  assert.equal(await redis.zcard(completedKey), 0)
  assert.deepEqual(await redis.lrange(activeKey, 0, -1), [id])
})

test('jobs can end while Redis is full, and the refused taking has changed nothing', async (t) => {
  const { redis, add, take, end } = await startTaking(t)
  const [first, second] = [await add(), await add()]
  await take(1)
  await redis.config('SET', 'maxmemory', '1')
  await assert.rejects(take(1), /OOM/)
  assert.deepEqual(await end(ended(first)), [true])
  await redis.config('SET', 'maxmemory', '0')
  assert.deepEqual(
    (await take(1)).map(({ id }) => id),
    [second],
  )
})

test('a queue that is paused gives nothing, and wakes nobody', async (t) => {
  const { redis, add, take } = await startTaking(t)
  await add()
  await redis.hset(metaKey, 'paused', '1')
  await redis.del(markerKey)
  assert.deepEqual(await take(1), [])
  assert.equal(await redis.exists(markerKey), 0) // or all workers would ask again and again
  await redis.hdel(metaKey, 'paused')
  assert.equal((await take(1)).length, 1)
})

test('a job that was deleted while it waited is passed over', async (t) => {
  const { redis, add, take } = await startTaking(t)
  const [gone, here] = [await add(), await add()]
  await redis.del(jobKey(gone))
  assert.deepEqual(
    (await take(2)).map(({ id }) => id),
    [here],
  )
  assert.deepEqual(await redis.lrange(activeKey, 0, -1), [here])
})

test('a job that was deleted while it ran does not come back when it ends', async (t) => {
  const { redis, add, take, end } = await startTaking(t)
  const id = await add()
  await take(1)
  await redis.del(jobKey(id))
  assert.deepEqual(await end(ended(id)), [true])
  assert.equal(await redis.exists(jobKey(id)), 0)
  assert.deepEqual(await redis.lrange(activeKey, 0, -1), [])
})

test('nor is its end taken for that of another job with its id, which waits by then', async (t) => {
  const { redis, producer, take, end } = await startTaking(t)
  const job = newJob('primes', {})
  await producer.add(job)
  await take(1)
  await redis.del(jobKey(job.id))
  await producer.add(job)
  await end(ended(job.id, { value: '{"old":1}' }))
  assert.equal(await redis.hexists(jobKey(job.id), 'returnvalue'), 0)
  assert.equal(await redis.zcard(completedKey), 0)
  assert.deepEqual(
    (await take(1)).map(({ id, attempts }) => [id, attempts]),
    [[job.id, 1]],
  )
})

test('who leaves jobs behind leaves the mark that wakes others, too', async (t) => {
  const { redis, add, take } = await startTaking(t)
  for (let n = 0; n < 3; n++) await add()
  await redis.del(markerKey)
  await take(2)
  assert.equal(await redis.zcard(markerKey), 1)
  await redis.del(markerKey)
  await take(1)
  assert.equal(await redis.zcard(markerKey), 0)
})
