import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { findPatiently, keepLog, overJob, startQueue } from '../../test/fixtures/queue.ts'
import { until } from '../../test/fixtures/until.ts'

test('a worker that is told to stop hands its job back, and another one does it', async (t) => {
  const { producer, work, add, file } = await startQueue(t, 'stuck-once')
  const id = await add('stuck-once', { params: { file } })
  const back: string[] = []
  const log = keepLog({ jobHandedBack: ({ job }) => back.push(job) })
  const { consumer, threads } = work({ instance: 'worker-1', log })
  await until('the job runs', () => existsSync(file))
  assert.equal(consumer.running(), 1)
  await Promise.all([consumer.stop(0), consumer.stop(0)])
  assert.deepEqual(back, [id])
  assert.deepEqual([consumer.running(), threads.load().running], [0, 0])
  assert.equal((await producer.find(id))?.job.state, 'waiting')
  work({ instance: 'worker-2' })
  const job = await overJob(producer, id)
  assert.partialDeepStrictEqual(job, { attempts: 2, worker: 'worker-2', result: '"done"' })
})

test('a job that comes as the worker is told to stop is not kept either', async (t) => {
  const { producer, work, add, file } = await startQueue(t, 'stuck-once')
  const { consumer } = work()
  await consumer.ready()
  const id = await add('stuck-once', { params: { file } })
  await consumer.stop(0)
  assert.equal((await producer.find(id))?.job.state, 'waiting')
})

test('a worker that is told to stop may finish within its grace, and takes no more', async (t) => {
  const { producer, work, add, file } = await startQueue(t, 'gate', 'echo')
  const running = await add('gate', { params: { file } })
  const { consumer, threads } = work()
  await until('it runs', () => threads.load().running === 1)
  const stopped = consumer.stop(30_000)
  const next = await add('echo', { params: { value: 1 } })
  await writeFile(file, '')
  await stopped
  assert.equal((await overJob(producer, running)).result, '"open"')
  assert.equal((await producer.find(next))?.job.state, 'waiting')
})

test('a job that will not end within the grace is handed back at once', async (t) => {
  const { producer, work, add, file } = await startQueue(t, 'slow')
  const id = await add('slow', { params: { file } })
  const wasted: string[] = []
  const { consumer } = work({ onWasted: (reason) => wasted.push(reason) })
  await until('it has told its progress', async () => {
    return ((await findPatiently(producer, id))?.job.progress ?? 0) > 0
  })
  const start = performance.now()
  await consumer.stop(60_000)
  const ms = performance.now() - start
  assert.ok(ms < 10_000, `it took ${ms} ms`)
  assert.equal((await producer.find(id))?.job.state, 'waiting')
  assert.deepEqual(wasted, ['handed back'])
})

test('a worker that is told to stop while Redis is away stops, and its job is not lost', async (t) => {
  const { redis, producer, work, add, file } = await startQueue(t, 'stuck-once')
  const id = await add('stuck-once', { params: { file } })
  const { consumer, threads } = work()
  await until('the job runs', () => existsSync(file))
  await redis.kill()
  await until('the worker has noticed', async () => !(await consumer.reachable()))
  await consumer.stop(0)
  await threads.close()
  await redis.restart()
  await until('the producer is connected', producer.ready)
  assert.equal((await producer.find(id))?.job.state, 'active') // until its lock expires
})
