import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { atEnd } from '../../test/fixtures/at-end.ts'
import { newJob, startProducer } from '../../test/fixtures/queue.ts'
import { startRedis } from '../../test/fixtures/redis.ts'
import { until } from '../../test/fixtures/until.ts'
import { addressOf } from './connection.ts'
import { markerKey, metaKey, prefix, queueName } from './keys.ts'

async function startBull(t: Parameters<typeof startRedis>[0]) {
  const { url } = await startRedis(t)
  const connection = new Redis({ ...addressOf(url), maxRetriesPerRequest: null })
  atEnd(t, () => connection.disconnect())
  return { connection, producer: await startProducer(t, url) }
}

test("BullMQ's own worker takes what was added, in BullMQ's order, as it was added", async (t) => {
  const { connection, producer } = await startBull(t)
  const jobs = [5, 0, 1, 0, 5].map((priority, n) =>
    newJob('primes', { params: { limit: n }, timeoutMs: 1000 }, priority),
  )
  for (const job of jobs) await producer.add(job)
  const done: { id: string | undefined; data: unknown }[] = []
  const worker = new Worker(queueName, async ({ id, data }) => void done.push({ id, data }), {
    connection,
    prefix,
  })
  atEnd(t, () => worker.close())
  await until('all are done', () => done.length === jobs.length)
  assert.deepEqual(
    done,
    [1, 3, 2, 0, 4].map((n) => ({
      id: jobs[n]!.id,
      data: { params: { limit: n }, timeoutMs: 1000 },
    })),
  )
})

test('to BullMQ a job that was added looks as one of its own', async (t) => {
  const { connection, producer } = await startBull(t)
  const [ours, prior] = [newJob('primes'), newJob('primes', {}, 3)]
  for (const job of [ours, prior]) await producer.add(job)
  const queue = new Queue(queueName, { connection, prefix })
  atEnd(t, () => queue.close())
  assert.equal(await (await queue.getJob(ours.id))?.getState(), 'waiting')
  const found = await queue.getJob(prior.id)
  assert.equal(await found?.getState(), 'prioritized')
  assert.partialDeepStrictEqual(found, { name: 'primes', priority: 3, attemptsMade: 0 })
  assert.deepEqual(await queue.getJobCounts('waiting', 'prioritized'), {
    waiting: 1,
    prioritized: 1,
  })
})

test('a paused queue takes jobs, and wakes nobody', async (t) => {
  const { connection, producer } = await startBull(t)
  await connection.hset(metaKey, 'paused', '1')
  await producer.add(newJob('primes'))
  assert.equal(await connection.exists(markerKey), 0)
  await connection.hdel(metaKey, 'paused')
  await producer.add(newJob('primes'))
  assert.equal(await connection.exists(markerKey), 1)
})
