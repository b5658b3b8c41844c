import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureOf, work } from '../../test/fixtures/runs.ts'
import { testTasks } from '../../test/fixtures/tasks.ts'
import { defineTask } from '../tasks/define.ts'
import { createEventLoopExecutor } from './event-loop.ts'

const eventLoop = createEventLoopExecutor(() => {})

test('the event loop turns not once while a task runs on it', async (t) => {
  const { find } = await testTasks(t, 'chatty')
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  t.after(() => clearInterval(timer))
  const run = eventLoop.run(work(find('chatty')))
  const { runMs } = await run
  assert.ok(runMs >= 600)
  assert.equal(turns, 0)
})

test('what must happen before the loop freezes happens before the task begins', async (t) => {
  const { find } = await testTasks(t, 'echo')
  const order: string[] = []
  const executor = createEventLoopExecutor(() => order.push('before'))
  const onStart = () => order.push('start')
  await executor.run(work(find('echo'), { params: { value: 1 }, onStart }))
  assert.deepEqual(order, ['before', 'start'])
})

test('a deadline that passes meanwhile is noticed when the task has ended', async (t) => {
  const { find } = await testTasks(t, 'chatty')
  const { reason, message } = await failureOf(
    eventLoop.run(work(find('chatty'), { timeoutMs: 100 })),
  )
  assert.equal(reason, 'deadline')
  assert.equal(message, 'ran past its deadline of 100 ms')
})

test('a task that only awaits ends at its deadline, or when nobody wants it', async () => {
  const forever = defineTask({
    name: 'forever',
    summary: 'Awaits what never comes',
    params: { type: 'object', properties: {} },
    run: () => new Promise(() => {}),
  })
  const late = await failureOf(eventLoop.run(work(forever, { timeoutMs: 50 })))
  assert.deepEqual([late.reason, late.message], ['deadline', 'ran past its deadline of 50 ms'])
  const left = new AbortController()
  const run = failureOf(eventLoop.run(work(forever, { signal: left.signal })))
  left.abort()
  assert.equal((await run).reason, 'aborted')
})

test('a result that nobody wants any more is not given', async (t) => {
  const { find } = await testTasks(t, 'echo')
  const { reason } = await failureOf(
    eventLoop.run(work(find('echo'), { params: { value: 1 }, signal: AbortSignal.abort() })),
  )
  assert.equal(reason, 'aborted')
})

test('what a task throws, and a result that is not JSON, are told', async (t) => {
  const { find } = await testTasks(t, 'throws', 'bigint', 'nothing')
  const threw = await failureOf(eventLoop.run(work(find('throws'))))
  assert.deepEqual([threw.reason, threw.message], ['threw', 'too large for me'])
  const bigint = await failureOf(eventLoop.run(work(find('bigint'))))
  assert.equal(bigint.reason, 'threw')
  assert.match(bigint.message, /^its result is not JSON: .*BigInt/)
  const { json } = await eventLoop.run(work(find('nothing')))
  assert.equal(json, 'null')
})

test('a run that nobody gets has used CPU time, whatever became of it', async (t) => {
  const { find } = await testTasks(t, 'busy', 'echo')
  const busy = (throws: boolean) => ({ params: { ms: 60, throws } })
  const threw = await failureOf(eventLoop.run(work(find('busy'), busy(true))))
  const late = await failureOf(eventLoop.run(work(find('busy'), { ...busy(false), timeoutMs: 20 })))
  const left = new AbortController()
  const onStart = () => left.abort()
  const given = await failureOf(
    eventLoop.run(work(find('busy'), { ...busy(false), signal: left.signal, onStart })),
  )
  const unstarted = await failureOf(
    eventLoop.run(work(find('echo'), { params: { value: 1 }, signal: AbortSignal.abort() })),
  )
  for (const [error, reason] of [
    [threw, 'threw'],
    [late, 'deadline'],
    [given, 'aborted'],
  ] as const) {
    assert.equal(error.reason, reason)
    assert.ok(error.cpuMs >= 60 && error.cpuMs < 200, `${reason}: ${error.cpuMs} ms`)
  }
  assert.deepEqual([unstarted.reason, unstarted.cpuMs], ['aborted', 0])
})
