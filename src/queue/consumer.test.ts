import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import {
  activeJob,
  findPatiently,
  keepLog,
  newJob,
  overJob,
  startConsumer,
  startProducer,
  startQueue,
} from '../../test/fixtures/queue.ts'
import { startRedis } from '../../test/fixtures/redis.ts'
import { type TestTask, testTasks } from '../../test/fixtures/tasks.ts'
import { pastDeadline, until } from '../../test/fixtures/until.ts'
import { charge } from './client-budget.ts'
import { clientKey, jobKey } from './keys.ts'

test('a job is run, and its result, worker and times are kept', async (t) => {
  const { producer, work, add } = await startQueue(t, 'chatty')
  const id = await add('chatty')
  work({ instance: 'worker-3' })
  const job = await overJob(producer, id)
  const { waitMs, runMs } = job.timing
  assert.partialDeepStrictEqual(job, {
    state: 'completed',
    progress: 1,
    attempts: 1,
    worker: 'worker-3',
    result: 'null',
  })
  assert.ok((runMs ?? 0) >= 600 && (waitMs ?? -1) >= 0, JSON.stringify(job.timing))
  const [enqueued, started, finished] = [job.enqueuedAt, job.startedAt, job.finishedAt].map((at) =>
    Date.parse(at ?? ''),
  ) as [number, number, number]
  assert.ok(enqueued <= started && started <= finished, JSON.stringify(job))
})

test('a large result is kept as well, apart from the job and its events', async (t) => {
  const { producer, work, add } = await startQueue(t, 'echo')
  const value = 'é"'.repeat(100_000)
  const id = await add('echo', { params: { value } })
  work()
  assert.equal((await overJob(producer, id)).result, JSON.stringify(value))
  const [events, job] = await Promise.all([
    producer.redis.memory('USAGE', 'unblock:tasks:events'),
    producer.redis.memory('USAGE', `unblock:tasks:${id}`, 'SAMPLES', 0),
  ])
  // The job holds its parameters, which here are as large; so it is there once, not twice.
  assert.ok(Number(events) < 100_000 && Number(job) < 600_000, `${events} and ${job} bytes`)
  const ttl = await producer.redis.ttl(`unblock:result:${id}`)
  assert.ok(ttl > 0 && ttl <= 60, `${ttl} s`)
})

test('while it runs, it shows its worker, its start and its progress', async (t) => {
  const { producer, work, add, file } = await startQueue(t, 'half')
  const id = await add('half', { params: { file } })
  work()
  const job = await until('it is half done', async () => {
    const found = (await findPatiently(producer, id))?.job
    return found?.progress === 0.5 && found
  })
  assert.equal(job.state, 'active')
  assert.equal(job.worker, 'worker-1')
  assert.ok(job.startedAt !== null && job.finishedAt === null)
  await writeFile(file, '')
  assert.equal((await overJob(producer, id)).progress, 1)
})

test('lower priorities go first, and those without any before them', async (t) => {
  const { producer, work, add } = await startQueue(t, 'echo')
  const ids: Record<number, string> = {}
  for (const priority of [5, 1, 0, 3])
    ids[priority] = await add('echo', { params: { value: priority } }, priority)
  const started: string[] = []
  work({ log: keepLog({ jobStarted: ({ job }) => started.push(job) }) })
  for (const id of Object.values(ids)) await overJob(producer, id)
  assert.deepEqual(started, [ids[0], ids[1], ids[3], ids[5]])
})

const failures: [task: TestTask, reason: string, detail: RegExp][] = [
  ['throws', 'threw', /^too large for me$/],
  ['bigint', 'threw', /^its result is not JSON: .*BigInt/],
  ['exits', 'thread died', /^its thread ended: .*code: 7$/],
]
for (const [task, reason, detail] of failures) {
  test(`a job of a task that ${task} has failed because it ${reason}, once`, async (t) => {
    const { producer, work, add } = await startQueue(t, task, 'echo')
    const ids = [await add(task), await add('echo', { params: { value: 1 } })] as const
    const ends: string[] = []
    work({
      log: keepLog({
        jobEnded: ({ job, state, detail }) => ends.push(`${job} ${state} ${detail}`),
      }),
    })
    const job = await overJob(producer, ids[0])
    assert.deepEqual([job.state, job.error?.reason, job.attempts], ['failed', reason, 1])
    assert.match(job.error?.detail ?? '', detail)
    assert.equal((await overJob(producer, ids[1])).result, '1')
    assert.match(ends[0] ?? '', new RegExp(`^${ids[0]} failed .`))
  })
}

test('a job of a task that the workers do not know has failed, and says so', async (t) => {
  const { producer, work, add } = await startQueue(t)
  const id = await add('unheard-of')
  work()
  assert.deepEqual((await overJob(producer, id)).error, {
    reason: 'unknown task',
    detail: 'the workers have no task unheard-of',
  })
})

const hasStarted = ({ error }: Awaited<ReturnType<typeof overJob>>) =>
  error?.reason !== 'deadline before start'

test('a job that runs past the limit of its task is ended', async (t) => {
  const { producer, work, add } = await startQueue(t, 'loop')
  let limit = 0
  const { threads } = work({ timeoutOf: () => limit })
  const { result, timeoutMs } = await pastDeadline(async (timeoutMs) => {
    limit = timeoutMs
    return overJob(producer, await add('loop'))
  }, hasStarted)
  const detail = `ran past its deadline of ${timeoutMs} ms`
  assert.deepEqual(result.error, { reason: 'deadline', detail })
  assert.equal(threads.load().running, 0)
})

test('a job that is not done by the deadline of its request is ended', async (t) => {
  const { producer, work, add } = await startQueue(t, 'loop')
  const { threads } = work()
  const { result, timeoutMs } = await pastDeadline(
    async (timeoutMs) => overJob(producer, await add('loop', { timeoutMs })),
    hasStarted,
  )
  const detail = `was not done within ${timeoutMs} ms of its acceptance`
  assert.deepEqual(result.error, { reason: 'deadline', detail })
  assert.equal(threads.load().running, 0)
})

test('a job that still waits at the deadline of its request is not run', async (t) => {
  const { producer, work, add, file } = await startQueue(t, 'gate', 'stuck-once')
  const late = await add('stuck-once', { params: { file }, timeoutMs: 1 })
  await until('its deadline has passed', async () => {
    const enqueuedAt = (await findPatiently(producer, late))?.job.enqueuedAt
    return Date.now() > Date.parse(enqueuedAt ?? '') + 1
  })
  work()
  assert.deepEqual((await overJob(producer, late)).error, {
    reason: 'deadline before start',
    detail: 'was not started within 1 ms of its acceptance',
  })
  assert.ok(!existsSync(file))
})

test('a client is charged in the end what its jobs have really taken', async (t) => {
  const { producer, work, add, file } = await startQueue(t, 'echo', 'burn')
  const budget = { cpuMsPerS: 0.001, burstMs: 10_000 }
  work({ budget })
  const balance = async (client: string) =>
    Number((await producer.redis.hget(clientKey(client), 'balance')) ?? budget.burstMs)

  // Estimated at five seconds, and as good as nothing.
  await charge(producer.redis, budget, { client: 'a', costMs: 5000 })
  await overJob(producer, await add('echo', { params: { value: 1 }, client: 'a', costMs: 5000 }))
  await until('most of it is given back', async () => (await balance('a')) > 9500)

  // Estimated at nothing: ended by its deadline, when it has used what it has written down.
  const burning = await add('burn', { params: { file }, client: 'b', costMs: 0, timeoutMs: 5000 })
  await overJob(producer, burning)
  await until('it is charged', async () => (await balance('b')) < budget.burstMs)
  const used = Number(await readFile(file, 'utf8'))
  const charged = budget.burstMs - (await balance('b'))
  assert.ok(Math.abs(charged - used) < 250, `charged ${charged} ms for ${used} ms`)
})

test('a job of another version, or for a task that takes other parameters now, has failed', async (t) => {
  const { producer, work, add, file } = await startQueue(t, 'gate')
  const other = await add('gate', { params: { folder: file } })
  const unreadable = await add('gate', { params: { file } })
  await producer.redis.hset(jobKey(unreadable), 'data', '{"parameters":{}}')
  work()
  assert.deepEqual((await overJob(producer, other)).error, {
    reason: 'unreadable',
    detail:
      "the workers' gate takes other parameters: params.file is missing: a string; " +
      'params.folder is not known here; known: file',
  })
  assert.deepEqual((await overJob(producer, unreadable)).error, {
    reason: 'unreadable',
    detail: 'what Redis has of it is no job of this version',
  })
})

test('a worker takes no long jobs ahead: they go to one that is free', async (t) => {
  const { producer, work, add, file } = await startQueue(t, 'gate', 'echo')
  const short = await Promise.all([1, 2, 3, 4].map((value) => add('echo', { params: { value } })))
  const { consumer } = work({ instance: 'worker-1' })
  for (const id of short) await overJob(producer, id)
  // After short jobs it takes some ahead; then the first of these turns out long.
  const gate = await add('gate', { params: { file } })
  await activeJob(producer, gate)
  const behind = await Promise.all([5, 6].map((value) => add('echo', { params: { value } })))
  work({ instance: 'worker-2' })
  for (const id of behind) assert.equal((await overJob(producer, id)).worker, 'worker-2')
  assert.equal(consumer.running(), 1)
  await writeFile(file, '')
  assert.equal((await overJob(producer, gate)).worker, 'worker-1')
})

test('as many jobs run at a time as there are threads', async (t) => {
  const { producer, work, add, file } = await startQueue(t, 'gate')
  const ids = await Promise.all([1, 2, 3].map(() => add('gate', { params: { file } })))
  const { consumer, threads } = work({ size: 2 })
  await until('two run', () => threads.load().running === 2)
  assert.equal(consumer.running(), 2)
  assert.deepEqual(await producer.counts(), { waiting: 1, active: 2 })
  await writeFile(file, '')
  for (const id of ids) assert.equal((await overJob(producer, id)).state, 'completed')
})

test('a Redis that is not there yet is waited for', async (t) => {
  const redis = await startRedis(t, { running: false })
  const { consumer } = startConsumer(t, redis.url, await testTasks(t, 'echo'))
  assert.ok(!(await consumer.reachable()))
  await redis.restart()
  await consumer.ready()
  assert.ok(await consumer.reachable())
  const producer = await startProducer(t, redis.url)
  const job = newJob('echo', { params: { value: 1 } })
  await producer.add(job)
  assert.equal((await overJob(producer, job.id)).result, '1')
})

test('a job outlives the death of Redis while it runs', async (t) => {
  const { redis, producer, work, add, file } = await startQueue(t, 'gate')
  const id = await add('gate', { params: { file } })
  const { consumer } = work()
  await activeJob(producer, id)
  await redis.kill()
  await until('the worker has noticed', async () => !(await consumer.reachable()))
  await writeFile(file, '')
  await redis.restart()
  await until('the producer is connected', producer.ready)
  assert.equal((await overJob(producer, id)).result, '"open"')
})
