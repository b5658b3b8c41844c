import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { atEnd } from '../../test/fixtures/at-end.ts'
import {
  activeJob,
  newJob,
  overJob,
  startConsumer,
  startProducer,
} from '../../test/fixtures/queue.ts'
import { startRedis } from '../../test/fixtures/redis.ts'
import { testTasks } from '../../test/fixtures/tasks.ts'
import { until } from '../../test/fixtures/until.ts'
import { silentLog } from '../log.ts'
import { QueueAway } from './producer.ts'
import { createWatch } from './watch.ts'

const longMs = 30_000
const patient = new AbortController().signal

/** A queue with a watch and a worker, and a job for it that ends when it is let to. */
async function startWatch(t: TestContext) {
  const redis = await startRedis(t)
  const producer = await startProducer(t, redis.url)
  const watch = createWatch(producer, redis.url, silentLog)
  atEnd(t, () => watch.close())
  const tasks = await testTasks(t, 'gate', 'echo', 'throws')
  const file = path.join(tasks.tasksDir, 'open')
  return {
    redis,
    producer,
    watch,
    work: () => startConsumer(t, redis.url, tasks),
    gate: newJob('gate', { params: { file } }),
    open: () => writeFile(file, ''),
  }
}

test('two who wait for the same job are told as soon as it is over', async (t) => {
  const { producer, watch, work, gate, open } = await startWatch(t)
  await producer.add(gate)
  const watchers = [1, 2].map(() => watch.untilOver(gate.id, longMs, patient))
  work()
  await activeJob(producer, gate.id)
  // One more, who begins to wait when the others do already.
  watchers.push(watch.untilOver(gate.id, longMs, patient))
  await open()
  const views = await Promise.all(watchers)
  const toldAt = Date.now()
  for (const view of views) {
    assert.equal(view?.job.state, 'completed')
    assert.equal(view.resultJson, '"open"')
  }
  const ms = toldAt - Date.parse(views[0]?.job.finishedAt ?? '')
  assert.ok(ms < 1500, `it took ${ms} ms`) // by its event: without one, a job is read every 2 s
})

test('those who wait for different jobs are each told of their own', async (t) => {
  const { producer, watch, work, gate, open } = await startWatch(t)
  const echo = newJob('echo', { params: { value: 7 } })
  const failing = newJob('throws')
  for (const job of [echo, failing, gate]) await producer.add(job)
  let gateIsOver = false
  const gated = watch.untilOver(gate.id, longMs, patient).then((view) => {
    gateIsOver = true
    return view
  })
  const others = [echo, failing].map(({ id }) => watch.untilOver(id, longMs, patient))
  work()
  const [echoed, failed] = await Promise.all(others)
  assert.equal(echoed?.resultJson, '7')
  assert.deepEqual(failed?.job.error, { reason: 'threw', detail: 'too large for me' })
  assert.ok(!gateIsOver)
  await open()
  assert.equal((await gated)?.resultJson, '"open"')
})

test('a job that was over before is told at once', async (t) => {
  const { producer, watch, work } = await startWatch(t)
  const echo = newJob('echo', { params: { value: 7 } })
  await producer.add(echo)
  work()
  await overJob(producer, echo.id)
  const start = performance.now()
  const view = await watch.untilOver(echo.id, longMs, patient)
  assert.equal(view?.resultJson, '7')
  assert.ok(performance.now() - start < 1500)
})

test('who has waited long enough gets the job as it is', async (t) => {
  const { producer, watch, gate } = await startWatch(t)
  await producer.add(gate)
  const start = performance.now()
  const view = await watch.untilOver(gate.id, 100, patient)
  const ms = performance.now() - start
  assert.equal(view?.job.state, 'waiting')
  assert.ok(ms >= 99 && ms < 1500, `${ms} ms`)
})

test('who need not wait any longer gets the job as it is', async (t) => {
  const { producer, watch, gate } = await startWatch(t)
  await producer.add(gate)
  const left = new AbortController()
  const waiting = watch.untilOver(gate.id, longMs, left.signal)
  setTimeout(() => left.abort(), 50)
  assert.equal((await waiting)?.job.state, 'waiting')
  const aborted = await watch.untilOver(gate.id, longMs, AbortSignal.abort())
  assert.equal(aborted?.job.state, 'waiting')
})

test('nobody waits for a job that does not exist', async (t) => {
  const { watch } = await startWatch(t)
  assert.equal(await watch.untilOver('j1', longMs, patient), undefined)
})

test('who asks while Redis is away is told so, within 1.5 s', async (t) => {
  const { redis, producer, watch, gate } = await startWatch(t)
  await producer.add(gate)
  const ask = async () => {
    const start = performance.now()
    await assert.rejects(watch.untilOver(gate.id, longMs, patient), QueueAway)
    const ms = performance.now() - start
    assert.ok(ms < 1500, `it took ${ms} ms`)
  }
  redis.freeze()
  await ask()
  await redis.kill()
  await until('it is noticed', () => !producer.ready())
  await ask()
  await redis.restart()
  await until('it is back', producer.ready)
  assert.equal((await watch.untilOver(gate.id, 10, patient))?.job.state, 'waiting')
})

test('a watch that is closed, once or twice, lets its process go', async (t) => {
  const { watch } = await startWatch(t)
  await watch.untilOver('j1', 10, patient)
  await watch.close()
  await watch.close()
})
