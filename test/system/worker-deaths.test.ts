import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { runCode } from '../fixtures/child.ts'
import { findPatiently, newJob, overJob, startProducer } from '../fixtures/queue.ts'
import { startRedis } from '../fixtures/redis.ts'
import { testTasks } from '../fixtures/tasks.ts'
import { until } from '../fixtures/until.ts'
import { startInstance } from './instance.ts'

test('the jobs of a worker that is killed run again within 15 s, elsewhere', async (t) => {
  const redis = await startRedis(t)
  const producer = await startProducer(t, redis.url)
  const { tasksDir } = await testTasks(t, 'stuck-once')
  const env = { TASKS_DIR: tasksDir, THREADS: '2' }
  const first = await startInstance(t, 'worker', redis.url, env)
  const files = [1, 2].map((i) => path.join(tasksDir, `file-${i}`))
  const jobs = files.map((file) => newJob('stuck-once', { params: { file } }))
  for (const job of jobs) await producer.add(job)
  for (const file of files) await until('it runs', () => existsSync(file))
  await startInstance(t, 'worker', redis.url, { ...env, INSTANCE: 'worker-2' })
  first.kill('SIGKILL')
  const killedAt = Date.now()
  for (const { id } of jobs) {
    const job = await overJob(producer, id)
    assert.equal(job.state, 'completed')
    assert.equal(job.worker, 'worker-2')
    const ms = Date.parse(job.startedAt ?? '') - killedAt
    assert.ok(ms < 15_000, `it took ${ms} ms`)
    t.diagnostic(`started again after ${ms} ms`)
  }
})

/** A worker in a process of its own that notices deaths soon, and is started again when it dies. */
function immortalWorker(t: TestContext, redisUrl: string, tasksDir: string) {
  const code = `
    import { createThreadExecutor } from 'src:executors/thread.ts'
    import { silentLog } from 'src:log.ts'
    import { createConsumer } from 'src:queue/consumer.ts'
    import { loadCatalogue } from 'src:tasks/catalogue.ts'
    const tasksDir = ${JSON.stringify(tasksDir)}
    const catalogue = await loadCatalogue(tasksDir)
    createConsumer({
      redisUrl: ${JSON.stringify(redisUrl)},
      instance: 'worker-1',
      threads: createThreadExecutor({ size: 2, queueLimit: 1000, tasksDir }),
      findTask: catalogue.get,
      timeoutOf: () => 60_000,
      resultTtlS: 600,
      log: silentLog,
      onTaken() {},
      onEnded() {},
      onWasted() {},
      lockMs: 500,
      maxStalls: 6,
    })`
  let deaths = 0
  const live = () => {
    const child = runCode(t, code)
    void child.ended().then((how) => {
      if (how !== 'SIGKILL' || t.signal.aborted) return
      deaths++
      live()
    })
  }
  live()
  return { deaths: () => deaths }
}

test('a job that kills its process fails for good in the end, and none of those beside it does', async (t) => {
  const redis = await startRedis(t)
  const producer = await startProducer(t, redis.url)
  const { tasksDir } = await testTasks(t, 'poison', 'nap')
  const naps = Array.from({ length: 3 }, () => newJob('nap'))
  const poison = newJob('poison')
  for (const job of [...naps.slice(0, 1), poison, ...naps.slice(1)]) await producer.add(job)
  const worker = immortalWorker(t, redis.url, tasksDir)
  const view = await until(
    'the poison has an end',
    async () => {
      const found = await findPatiently(producer, poison.id)
      return found?.job.state === 'failed' && found
    },
    100_000,
  )
  assert.deepEqual(view.job.error, {
    reason: 'worker died',
    detail: 'a worker died under it again and again',
  })
  // A worker that got no CPU for so long may have counted as dead once or twice as well.
  const deaths = worker.deaths()
  assert.ok(deaths <= 7 && deaths >= 5, `${deaths} deaths`)
  for (const { id } of naps) assert.equal((await overJob(producer, id)).result, '"rested"')
})
