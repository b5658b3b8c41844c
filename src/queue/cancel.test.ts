import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { newJob, overJob, startConsumer, startProducer } from '../../test/fixtures/queue.ts'
import { startRedis } from '../../test/fixtures/redis.ts'
import { type TestTask, testTasks } from '../../test/fixtures/tasks.ts'
import { until } from '../../test/fixtures/until.ts'
import { jobKey, lockKey } from './keys.ts'
import { JobOver } from './producer.ts'

/** A queue with two servers, and workers for it as the test wants them. */
async function startQueue(t: TestContext, ...names: TestTask[]) {
  const { url } = await startRedis(t)
  const [producer, other] = [await startProducer(t, url), await startProducer(t, url)]
  const tasks = await testTasks(t, ...names)
  const add = async (...job: Parameters<typeof newJob>) =>
    (await producer.add(newJob(...job))).job.id
  const work = (settings = {}) => startConsumer(t, url, tasks, settings)
  return { producer, other, add, work, file: path.join(tasks.tasksDir, 'file') }
}

const request = () => randomBytes(16).toString('hex')

for (const priority of [0, 5])
  test(`a job that waits with priority ${priority} is cancelled by any server, leaves the queue, and never runs`, async (t) => {
    const { producer, other, add, work, file } = await startQueue(t, 'stuck-once', 'echo')
    const id = await add('stuck-once', { params: { file } }, priority)
    const cancelled = await other.cancel(id, request())
    assert.equal(cancelled?.job.state, 'cancelled')
    assert.ok(cancelled.job.finishedAt)
    assert.equal(cancelled.job.worker, null)
    assert.deepEqual(await producer.counts(), { waiting: 0, active: 0 })
    work()
    await overJob(producer, await add('echo', { params: { value: 1 } }, 9))
    assert.deepEqual(await producer.find(id), cancelled)
    assert.ok(!existsSync(file))
  })

test('a job that runs is cancelled: its thread ends, and the next job runs', async (t) => {
  const { producer, other, add, work } = await startQueue(t, 'loop', 'echo')
  const wasted: string[] = []
  const { threads } = work({ onWasted: (reason: string) => wasted.push(reason) })
  const id = await add('loop')
  await until('it runs', () => threads.load().running === 1)
  const start = performance.now()
  const cancelled = await other.cancel(id, request())
  await until('the thread is free', () => threads.load().running === 0)
  const ms = performance.now() - start
  assert.ok(ms < 1000, `it took ${ms} ms`)
  assert.equal(cancelled?.job.state, 'cancelled')
  assert.equal(cancelled.job.worker, 'worker-1')
  assert.equal((await overJob(producer, await add('echo', { params: { value: 1 } }))).result, '1')
  assert.deepEqual(await producer.find(id), cancelled)
  assert.deepEqual(wasted, ['cancelled'])
})

test('a job that has ended, or was cancelled, cannot be cancelled any more', async (t) => {
  const { producer, add, work } = await startQueue(t, 'echo', 'throws')
  const cancelled = await add('echo', { params: { value: 1 } })
  await producer.cancel(cancelled, request())
  work()
  const [completed, failed] = [await add('echo', { params: { value: 1 } }), await add('throws')]
  for (const [id, state] of [
    [cancelled, 'cancelled'],
    [completed, 'completed'],
    [failed, 'failed'],
  ] as const) {
    await overJob(producer, id)
    await assert.rejects(
      producer.cancel(id, request()),
      (error) => error instanceof JobOver && error.state === state,
    )
    assert.equal((await producer.find(id))?.job.state, state)
  }
})

test('the same request may cancel a job twice, as when the proxy tries it on two servers', async (t) => {
  const { producer, other, add } = await startQueue(t)
  const [id, once] = [await add('primes'), request()]
  const first = await producer.cancel(id, once)
  assert.deepEqual(await other.cancel(id, once), first)
})

test('a job that does not exist is not cancelled', async (t) => {
  const { producer } = await startQueue(t)
  assert.equal(await producer.cancel(newJob('primes').id, request()), undefined)
})

test('of many who cancel a job at once, one does', async (t) => {
  const { producer, other, add } = await startQueue(t)
  const id = await add('primes')
  const all = await Promise.allSettled(
    [producer, other, producer, other].map((each) => each.cancel(id, request())),
  )
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('a job whose worker has died is cancelled, and no other worker runs it', async (t) => {
  const { producer, add, work, file } = await startQueue(t, 'stuck-once', 'echo')
  const id = await add('stuck-once', { params: { file } })
  // As a dead worker leaves it: taken, and the lock has expired.
  await producer.redis.lmove('unblock:tasks:wait', 'unblock:tasks:active', 'RIGHT', 'LEFT')
  await producer.redis.hset(jobKey(id), { ats: 1, pb: 'worker-9', processedOn: Date.now() })
  assert.equal((await producer.cancel(id, request()))?.job.state, 'cancelled')
  work({ lockMs: 200 })
  await until('it is out of the way', async () => {
    const [active, waiting] = [
      await producer.redis.llen('unblock:tasks:active'),
      (await producer.counts()).waiting,
    ]
    return active + waiting === 0
  })
  assert.equal((await producer.find(id))?.job.state, 'cancelled')
  assert.ok(!existsSync(file))
})

test('a worker that did not hear of the cancelling does so when its connection is back', async (t) => {
  const { producer, add, work } = await startQueue(t, 'loop')
  const { threads } = work()
  const id = await add('loop')
  await until('it runs', () => threads.load().running === 1)
  // Without a word on the channel, as if its connection had been down at that moment.
  await producer.redis.hset(jobKey(id), { cancelledAt: Date.now(), defa: 'cancelled: on request' })
  await producer.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
  await until('the thread is free', () => threads.load().running === 0)
  assert.equal((await producer.find(id))?.job.state, 'cancelled')
})

test('jobs cancelled at random moments have one end each', async (t) => {
  const { producer, other, add, work } = await startQueue(t, 'echo')
  const { threads } = work({ size: 2 })
  const states = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const id = await add('echo', { params: { value: i } })
      // Some while they wait, some as soon as they are seen to run, some when they are seen to be done.
      const seen = ['waiting', 'active', 'completed'].slice(i % 3)
      await until('it is so far', async () =>
        seen.includes((await producer.find(id))?.job.state ?? ''),
      )
      const told = await (i % 2 ? producer : other).cancel(id, request()).catch((error) => {
        if (error instanceof JobOver) return undefined
        throw error
      })
      const { state, result } = await overJob(producer, id)
      assert.equal(state, told === undefined ? 'completed' : 'cancelled')
      assert.equal(result, told === undefined ? String(i) : undefined)
      return state
    }),
  )
  assert.deepEqual([...new Set(states)].sort(), ['cancelled', 'completed'])
  await until('nothing is left', async () => {
    const { waiting, active } = await producer.counts()
    return waiting + active === 0
  })
  assert.deepEqual(threads.load(), { size: 2, running: 0, waiting: 0 })
  for (const id of await producer.redis.lrange('unblock:tasks:active', 0, -1))
    assert.equal(await producer.redis.exists(lockKey(id)), 0)
})
