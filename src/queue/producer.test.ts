import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepLog, newJob, startProducer } from '../../test/fixtures/queue.ts'
import { startRedis } from '../../test/fixtures/redis.ts'
import { until } from '../../test/fixtures/until.ts'
import { type Producer, QueueAway, QueueFull } from './producer.ts'

test('a job that was added waits, and can be found', async (t) => {
  const producer = await startProducer(t, (await startRedis(t)).url)
  const job = newJob('primes', { params: { limit: 10 } })
  const added = await producer.add(job)
  assert.deepEqual(await producer.find(job.id), added)
  assert.equal(added.resultJson, undefined)
  const { enqueuedAt, ...rest } = added.job
  assert.ok(Math.abs(Date.now() - Date.parse(enqueuedAt ?? '')) < 10_000, `${enqueuedAt}`)
  assert.deepEqual(rest, {
    id: job.id,
    task: 'primes',
    state: 'waiting',
    progress: 0,
    attempts: 0,
    worker: null,
    startedAt: null,
    finishedAt: null,
    timing: { waitMs: null, runMs: null },
  })
})

test('a job that does not exist is not found', async (t) => {
  const producer = await startProducer(t, (await startRedis(t)).url)
  assert.equal(await producer.find(newJob('primes').id), undefined)
})

test('adding the same id twice, here or by another server, is adding it once', async (t) => {
  const { url } = await startRedis(t)
  const [one, two] = [await startProducer(t, url), await startProducer(t, url)]
  const job = newJob('primes')
  const all = await Promise.all([one.add(job), one.add(job), two.add(job)])
  assert.deepEqual(new Set(all.map((each) => each.job.id)), new Set([job.id]))
  assert.deepEqual(await two.counts(), { waiting: 1, active: 0 })
})

test('jobs with a priority are counted with those that have none', async (t) => {
  const producer = await startProducer(t, (await startRedis(t)).url)
  for (const priority of [0, 1, 7, 2_097_151]) await producer.add(newJob('primes', {}, priority))
  assert.deepEqual(await producer.counts(), { waiting: 4, active: 0 })
})

test('as many jobs wait as may, and no more: by this server, nor by another', async (t) => {
  const { url } = await startRedis(t)
  const producer = await startProducer(t, url, { limit: 2 })
  await producer.add(newJob('primes'))
  await producer.add(newJob('primes', {}, 5))
  const late = await startProducer(t, url, { limit: 2 })
  for (const each of [producer, late])
    await assert.rejects(each.add(newJob('primes')), (error) => {
      assert.ok(error instanceof QueueFull)
      assert.equal(error.waiting, 2)
      return true
    })
  assert.deepEqual(await producer.counts(), { waiting: 2, active: 0 })
})

/** Asks everything at once, and expects to be told within 1.5 s that Redis is away. */
async function assertAway(producer: Producer): Promise<void> {
  const start = performance.now()
  const questions = [producer.add(newJob('primes')), producer.find('j1'), producer.counts()]
  const answers = await Promise.allSettled(questions)
  const ms = performance.now() - start
  for (const answer of answers)
    assert.ok(answer.status === 'rejected' && answer.reason instanceof QueueAway)
  assert.ok(ms < 1500, `it took ${ms} ms`)
}

test('a Redis that hangs is told within 1.5 s, and when it is back, all is well again', async (t) => {
  const redis = await startRedis(t)
  const producer = await startProducer(t, redis.url)
  const before = newJob('primes')
  await producer.add(before)
  redis.freeze()
  await assertAway(producer) // with a backlog that was counted just now
  await assertAway(producer) // and with one too old to be used
  redis.thaw()
  const after = newJob('primes')
  await until('a job can be added', () => producer.add(after).catch(() => undefined))
  for (const { id } of [before, after]) assert.ok(await producer.find(id))
})

test('a Redis that hangs from the first question on is told just as fast', async (t) => {
  const redis = await startRedis(t)
  const producer = await startProducer(t, redis.url)
  redis.freeze()
  await assertAway(producer)
  redis.thaw()
  await until('a job can be added', () => producer.add(newJob('primes')).catch(() => undefined))
})

test('a Redis that died has its jobs again when it is back, and the log says it once', async (t) => {
  const redis = await startRedis(t)
  const lines: string[] = []
  const log = keepLog({
    redisLost: () => lines.push('lost'),
    redisBack: () => lines.push('back'),
  })
  const producer = await startProducer(t, redis.url, { log })
  const job = newJob('primes')
  await producer.add(job)
  await redis.kill()
  await until('the producer has noticed', () => !producer.ready())
  await assertAway(producer)
  await redis.restart()
  await until('the producer is connected', producer.ready)
  assert.equal((await producer.find(job.id))?.job.state, 'waiting')
  assert.deepEqual(lines, ['lost', 'back'])
})

test('a Redis that is not there yet is told, and used as soon as it is there', async (t) => {
  const redis = await startRedis(t, { running: false })
  const producer = await startProducer(t, redis.url, { connected: false })
  assert.ok(!producer.ready())
  await assertAway(producer)
  await redis.restart()
  await until('the producer is connected', producer.ready)
  await producer.add(newJob('primes'))
  assert.deepEqual(await producer.counts(), { waiting: 1, active: 0 })
})

test('a Redis that has no memory left is away, and the log says why', async (t) => {
  const { url } = await startRedis(t)
  const trouble: string[] = []
  const log = keepLog({ trouble: (what, error) => trouble.push(`${what}: ${error}`) })
  const producer = await startProducer(t, url, { log })
  await producer.redis.config('SET', 'maxmemory', '1')
  await assert.rejects(producer.add(newJob('primes')), QueueAway)
  assert.match(trouble[0] ?? '', /^redis refuses: .*OOM/)
  await producer.redis.config('SET', 'maxmemory', '0')
  await producer.add(newJob('primes'))
})
