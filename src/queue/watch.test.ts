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
import { toldInEvent } from './job-events.ts'
import { jobKey } from './keys.ts'
import { QueueAway } from './producer.ts'
import { createWatch } from './watch.ts'

const longMs = 30_000
const patient = new AbortController().signal

/** A queue with a watch and a worker, and a job for it that ends when it is let to. */
async function startWatch(t: TestContext, { idleMs = longMs } = {}) {
  const redis = await startRedis(t)
  const producer = await startProducer(t, redis.url)
  const asked = { looks: 0, lastEventIds: 0 }
  const counted: Parameters<typeof createWatch>[0] = {
    find(id) {
      asked.looks++
      return producer.find(id)
    },
    lastEventId() {
      asked.lastEventIds++
      return producer.lastEventId()
    },
  }
  const watch = createWatch(counted, redis.url, silentLog, { idleMs })
  atEnd(t, () => watch.close())
  const tasks = await testTasks(t, 'gate', 'half', 'echo', 'throws')
  const file = path.join(tasks.tasksDir, 'open')
  return {
    redis,
    producer,
    watch,
    /** What the watch has asked for. */
    asked,
    /** Resolves when the watch listens. */
    listening: () => watch.untilOver('j1', 0, patient),
    work: () => startConsumer(t, redis.url, tasks),
    half: newJob('half', { params: { file } }),
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

test('who waits for the job that it adds is told its end with the event, and looks at nothing', async (t) => {
  const { producer, watch, asked, listening, work, gate, open } = await startWatch(t)
  await listening()
  asked.looks = 0
  using expected = watch.expect(gate.id)
  const waiting = expected.untilOver(await producer.add(gate), longMs, patient)
  work()
  await activeJob(producer, gate.id)
  await open()
  const told = await waiting
  assert.equal(told?.resultJson, '"open"')
  assert.equal(asked.looks, 0)
  assert.deepEqual(told, await producer.find(gate.id)) // what is told is what there is
})

test('an end whose result is too large for an event is looked at, once', async (t) => {
  const { producer, watch, asked, listening, work } = await startWatch(t)
  await listening()
  asked.looks = 0
  const value = 'x'.repeat(toldInEvent)
  const echo = newJob('echo', { params: { value } })
  using expected = watch.expect(echo.id)
  const waiting = expected.untilOver(await producer.add(echo), longMs, patient)
  work()
  assert.equal((await waiting)?.resultJson, JSON.stringify(value))
  assert.equal(asked.looks, 1)
})

test('who waits for the end of a job is not woken up by its progress; who follows it is', async (t) => {
  const { producer, watch, asked, listening, work, half, open } = await startWatch(t)
  await listening()
  const views = watch.follow(half.id, patient)
  await producer.add(half)
  await views.next()
  asked.looks = 0
  using expected = watch.expect(half.id)
  const waiting = expected.untilOver(await producer.find(half.id), longMs, patient)
  work()
  for await (const { job } of views) if (job.progress === 0.5) break
  const looks = asked.looks // all of them by who has followed it, and who does no more
  assert.ok(looks >= 1)
  await open()
  assert.equal((await waiting)?.job.state, 'completed')
  assert.equal(asked.looks, looks) // and its end came with the event
})

test('an end that came before somebody waited for the job that was expected is told at once', async (t) => {
  const { producer, watch, listening, work } = await startWatch(t)
  await listening()
  const echo = newJob('echo', { params: { value: 7 } })
  using expected = watch.expect(echo.id)
  const added = await producer.add(echo)
  work()
  await overJob(producer, echo.id)
  const start = performance.now()
  const view = await expected.untilOver(added, longMs, patient)
  assert.equal(view?.resultJson, '7')
  assert.ok(performance.now() - start < 1500)
})

test('an end that came before anybody listened is told at once', async (t) => {
  const { producer, watch, listening, work } = await startWatch(t)
  const echo = newJob('echo', { params: { value: 7 } })
  work()
  const added = await producer.add(echo)
  await overJob(producer, echo.id)
  // The stream of events is read from here on.
  using expected = watch.expect(echo.id)
  await listening()
  const start = performance.now()
  const view = await expected.untilOver(added, longMs, patient)
  assert.equal(view?.resultJson, '7')
  assert.ok(performance.now() - start < 1500)
})

test('a job that was expected and is over when it is added, as by another server, is told at once', async (t) => {
  const { producer, watch, listening, work } = await startWatch(t)
  await listening()
  const echo = newJob('echo', { params: { value: 7 } })
  await producer.add(echo)
  work()
  await overJob(producer, echo.id)
  using expected = watch.expect(echo.id)
  const view = await expected.untilOver(await producer.add(echo), longMs, patient)
  assert.equal(view?.resultJson, '7')
})

test('an end of which no event came is told after 5 s', async (t) => {
  const { producer, watch, listening, gate } = await startWatch(t)
  await listening()
  using expected = watch.expect(gate.id)
  const waiting = expected.untilOver(await producer.add(gate), longMs, patient)
  await producer.redis.hset(jobKey(gate.id), 'cancelledAt', Date.now())
  const start = performance.now()
  assert.equal((await waiting)?.job.state, 'cancelled')
  assert.ok(performance.now() - start < 7000)
})

test('nobody listens once nobody waits, and who comes then is told as fast', async (t) => {
  const { producer, watch, asked, gate } = await startWatch(t, { idleMs: 0 })
  const [one, other] = [newJob('echo'), newJob('echo')]
  const end = async (job: typeof one) => {
    using expected = watch.expect(job.id)
    const waiting = expected.untilOver(await producer.add(job), longMs, patient)
    await watch.untilOver(job.id, 0, patient)
    const start = performance.now()
    await producer.cancel(job.id, 'r')
    assert.equal((await waiting)?.job.state, 'cancelled')
    assert.ok(performance.now() - start < 1500)
  }
  await end(one)
  // The next event of all is the last that is read.
  await producer.add(gate)
  await producer.cancel(gate.id, 'r')
  await until('nobody listens', async () => {
    asked.lastEventIds = 0
    await watch.untilOver('j1', 0, patient)
    return asked.lastEventIds === 1
  })
  await end(other)
})

test('who waits while Redis goes away and comes back is told the end that comes then', async (t) => {
  const { redis, producer, watch, listening, gate } = await startWatch(t)
  await listening()
  using expected = watch.expect(gate.id)
  const waiting = expected.untilOver(await producer.add(gate), longMs, patient)
  await redis.kill()
  await redis.restart()
  await until('it is back', producer.ready)
  await producer.cancel(gate.id, 'r')
  assert.equal((await waiting)?.job.state, 'cancelled')
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
