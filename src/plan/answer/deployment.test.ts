import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  deploymentOf,
  leastServers,
  loopCapacityPerS,
  sizeOf,
  slotMs,
  systemOf,
} from './deployment.ts'
import type { Question } from './plan.ts'
import { exampleProfile, exampleQuestion } from './profile.fixture.ts'

const question = exampleQuestion({ coresEach: 2, threadsEach: 3, lineLimit: 8, queueLimit: 90 })
const [thread, queue, loop] = question.executors.map((executor) =>
  deploymentOf(question, exampleProfile(), executor),
)

const four = { servers: 4, workers: 0 }

test('servers with threads have a line each, the queue has one for all workers', () => {
  const system = systemOf(thread!, four, 'least_conn')
  const { servers, workers, threads, cores, lineLimit, queueLimit } = system
  assert.deepEqual([servers, workers, threads, cores], [4, 0, 3, 2])
  assert.deepEqual([lineLimit, queueLimit], [8, Number.POSITIVE_INFINITY])
  const queued = systemOf(queue!, { servers: 1, workers: 4 }, 'least_conn')
  assert.deepEqual([queued.workers, queued.threads, queued.queueLimit], [4, 3, 90])
})

test('an event loop has one core and runs one task, whatever is asked; its line has no end', () => {
  const { threads, cores, lineLimit, speeds } = systemOf(loop!, four, 'least_conn')
  assert.deepEqual([threads, cores, lineLimit], [1, 1, Number.POSITIVE_INFINITY])
  assert.deepEqual(speeds, [1])
})

test('instances that share a machine share all its cores, and slow each other down there', () => {
  const { placement, threads, cores, speeds } = systemOf(loop!, four, 'least_conn', 'shared')
  assert.deepEqual([placement, threads, cores], ['shared', 1, 2])
  assert.deepEqual(speeds, [1, 0.95])
})

test('each instance that runs tasks has its cores, each server that runs none has one', () => {
  assert.deepEqual(sizeOf(thread!, 3, 50), { servers: 3, workers: 0, cores: 6 })
  assert.deepEqual(sizeOf(loop!, 3, 50), { servers: 3, workers: 0, cores: 3 })
  assert.deepEqual(sizeOf(queue!, 3, 2000), { servers: 2, workers: 3, cores: 8 })
})

test('servers are as many as their event loops need to be at most 70% busy', () => {
  // 0.4 ms of HTTP each.
  assert.equal(leastServers(queue!, 1), 1)
  assert.equal(leastServers(queue!, 1749), 1)
  assert.equal(leastServers(queue!, 1751), 2)
  assert.equal(Math.round(loopCapacityPerS(queue!, 2)), 3500)
})

test('where nothing is known of HTTP, one server is taken, with no limit', () => {
  const profile = exampleProfile()
  profile.executors = profile.executors.map((each) => ({ ...each, overheadCpuMs: null }))
  const deployment = deploymentOf(question, profile, 'queue')
  assert.equal(leastServers(deployment, 1e6), 1)
  assert.equal(loopCapacityPerS(deployment, 1), Number.POSITIVE_INFINITY)
})

test('a factor is on the task, and not on the gap; an executor may be slower than alone', () => {
  const profile = exampleProfile()
  profile.executors = profile.executors.map((each) => ({ ...each, slowdown: 1.1 }))
  const { work } = deploymentOf(question, profile, 'queue')
  const [first] = profile.alone.valuesMs
  assert.ok(Math.abs(slotMs(work, 2)[0]! - (first! * 1.1 * 2 + 2)) < 1e-9)
})

test('HTTP takes a slot where its core is that of tasks, if no gap was measured', () => {
  const gapOf = (
    executor: Question['executors'][number],
    threadsEach: number,
    gapMs: number | null,
  ) => {
    const profile = exampleProfile()
    profile.executors = profile.executors.map((each) => ({ ...each, gapMs }))
    return deploymentOf(exampleQuestion({ coresEach: 2, threadsEach }), profile, executor).work
      .gapMs
  }
  assert.equal(gapOf('event-loop', 1, 0), 0.4)
  assert.equal(gapOf('thread', 2, null), 0.4)
  assert.equal(gapOf('thread', 2, 0.1), 0.1)
  assert.equal(gapOf('thread', 2, 0.5), 0.5)
  // A core is left for the loop; workers do no HTTP.
  assert.equal(gapOf('thread', 1, null), 0)
  assert.equal(gapOf('queue', 2, null), 0)
})
