import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepLog, newJob, startProducer } from '../../test/fixtures/queue.ts'
import { startRedis } from '../../test/fixtures/redis.ts'
import { until } from '../../test/fixtures/until.ts'
import { KeyReused, type Producer, QueueAway, QueueFull } from './producer.ts'

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
  const add = () =>
    producer.add(newJob('primes')).then(
      () => undefined,
      (error) => error,
    )
  const limit = (bytes: string) => producer.redis.config('SET', 'maxmemory', bytes)
  // The producer looks at the memory once a second: between two looks, Redis itself refuses.
  await until('Redis refuses a job', async () => {
    await limit('0')
    await add()
    await limit('1')
    return (await add()) instanceof QueueAway
  })
  assert.match(trouble[0] ?? '', /^redis refuses: .*OOM/)
  await limit('0')
  await until('jobs are taken again', async () => (await add()) === undefined)
})

test('a Redis with 80% of its memory in use takes no more jobs, so that workers can go on', async (t) => {
  const producer = await startProducer(t, (await startRedis(t)).url)
  const { redis } = producer
  const kept = newJob('primes')
  await producer.add(kept)
  // An empty Redis has so little that a tenth of it is filled by its clients' buffers.
  await redis.setrange('unblock:ballast', 20_000_000, 'x')
  const used = Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1])
  await redis.config('SET', 'maxmemory', String(Math.round(used / 0.9)))
  const refused = await until('a job is refused', () =>
    producer.add(newJob('primes')).then(
      () => undefined,
      (error) => error,
    ),
  )
  assert.ok(refused instanceof QueueFull)
  assert.match(
    refused.message,
    /^Redis uses (8[1-9]|9\d)% of its memory, and jobs may take it to 80%/,
  )
  // What a worker does still works.
  await redis.set('unblock:test', 'x'.repeat(1000))
  assert.equal((await producer.find(kept.id))?.job.state, 'waiting')
  await redis.config('SET', 'maxmemory', String(used * 2))
  await until('jobs are taken again', () => producer.add(newJob('primes')).catch(() => undefined))
})

test('as much work waits as may, by what the tasks say', async (t) => {
  const { url } = await startRedis(t)
  const producer = await startProducer(t, url, { costLimitMs: 5000 })
  for (let i = 0; i < 2; i++) await producer.add(newJob('primes', { costMs: 3000 }))
  const late = await startProducer(t, url, { costLimitMs: 5000 })
  for (const each of [producer, late])
    await assert.rejects(each.add(newJob('primes')), {
      name: 'QueueFull',
      message: /^jobs of about 6 s of CPU time wait already, and 5 s may; try again in 30 s$/,
    })
  assert.deepEqual(await producer.counts(), { waiting: 2, active: 0 })
})

test('one key and one request are one job, from every server, one after the other and at once', async (t) => {
  const { url } = await startRedis(t)
  const servers = [await startProducer(t, url), await startProducer(t, url)]
  const keyed = () => ({ ...newJob('primes', { params: { limit: 10, more: [1] } }), key: 'a-key' })
  const all = await Promise.all([0, 1, 0, 1, 0, 1].map((i) => servers[i]!.add(keyed())))
  const later = await servers[1]!.add(keyed())
  const ids = new Set([...all, later].map(({ job }) => job.id))
  assert.equal(ids.size, 1)
  assert.match([...ids][0] ?? '', /^j[0-9a-f]{32}$/)
  assert.deepEqual(await servers[0]!.counts(), { waiting: 1, active: 0 })
  const other = await servers[0]!.add({ ...keyed(), key: 'another-key' })
  assert.ok(!ids.has(other.job.id))
})

test('a key that was used for another request is refused, also when both come at once', async (t) => {
  const { url } = await startRedis(t)
  const servers = [await startProducer(t, url), await startProducer(t, url)]
  const base = newJob('primes', { params: { limit: 10 } })
  const others = [
    { ...base, task: 'mandelbrot' },
    { ...base, priority: 3 },
    { ...base, data: { ...base.data, timeoutMs: 100 } },
    { ...base, data: { ...base.data, params: { limit: 11 } } },
    { ...base, data: { ...base.data, params: {} } },
  ]
  const { job } = await servers[0]!.add({ ...base, key: 'k' })
  for (const other of others)
    await assert.rejects(
      servers[1]!.add({ ...other, key: 'k' }),
      (error) => error instanceof KeyReused && error.job === job.id,
    )
  const both = await Promise.allSettled([
    servers[0]!.add({ ...base, key: 'at once' }),
    servers[1]!.add({ ...others[3]!, key: 'at once' }),
  ])
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

test('a key that is known finds its job also where the queue is full', async (t) => {
  const producer = await startProducer(t, (await startRedis(t)).url, { limit: 1 })
  const job = { ...newJob('primes'), key: 'k' }
  const { id } = (await producer.add(job)).job
  await assert.rejects(producer.add(newJob('primes')), QueueFull)
  assert.equal((await producer.add(job)).job.id, id)
})

test('a job is forgotten when its time is over, and its key is free again', async (t) => {
  const { url } = await startRedis(t)
  const producer = await startProducer(t, url, { resultTtlS: 1 })
  const job = { ...newJob('primes'), key: 'k' }
  const { id } = (await producer.add(job)).job
  await producer.cancel(id, 'r')
  assert.equal((await producer.find(id))?.job.state, 'cancelled')
  await until('it is forgotten', async () => (await producer.find(id)) === undefined)
  const again = await producer.add(job)
  assert.deepEqual([again.job.id, again.job.state], [id, 'waiting'])
})
