import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineTask, type TaskContext } from '../tasks/define.ts'
import { runTask } from './run-task.ts'

const { signal } = new AbortController()

const define = (run: (params: unknown, context: TaskContext) => unknown) =>
  defineTask({
    name: 'test',
    summary: 'A task of a test',
    params: { type: 'object', properties: {} },
    run,
  })

test('what a task returns becomes JSON, whether it returns it now or later', async () => {
  const now = await runTask(
    define(() => ({ a: [1, null] })),
    {},
    { signal },
  )
  const later = await runTask(
    define(async () => 'b'),
    {},
    { signal },
  )
  const nothing = await runTask(
    define(() => undefined),
    {},
    { signal },
  )
  assert.deepEqual(
    [now, later, nothing].map((each) => each.ok && each.json),
    ['{"a":[1,null]}', '"b"', 'null'],
  )
})

const failures: [what: string, task: () => unknown, message: RegExp][] = [
  [
    'an error',
    () => {
      throw new RangeError('too large')
    },
    /^too large$/,
  ],
  [
    'an error without a message',
    () => {
      throw new RangeError()
    },
    /^RangeError$/,
  ],
  [
    'something else',
    () => {
      throw 'text'
    },
    /^text$/,
  ],
  ['a rejection', () => Promise.reject(new Error('later')), /^later$/],
  ['a BigInt', () => 1n, /^its result is not JSON: .*BigInt/],
  [
    'a circle',
    () => {
      const circle: { own?: unknown } = {}
      circle.own = circle
      return circle
    },
    /^its result is not JSON: .*circular/,
  ],
]
for (const [what, task, message] of failures) {
  test(`a task that comes up with ${what} has failed, and is told so in words`, async () => {
    const report = await runTask(define(task), {}, { signal })
    assert.ok(!report.ok)
    assert.match(report.message, message)
    assert.ok(report.runMs >= 0 && report.cpuMs >= 0)
  })
}

test('progress never falls, is at most one, and comes ten times a second at most', async () => {
  const told: { fraction: number; at: number }[] = []
  const chatty = define((_, { progress }) => {
    const start = performance.now()
    for (let spent = 0; spent < 550; spent = performance.now() - start) {
      progress(spent / 400)
      progress(Number.NaN)
      progress(-1)
    }
  })
  const onProgress = (fraction: number) => told.push({ fraction, at: performance.now() })
  await runTask(chatty, {}, { signal, onProgress })
  assert.ok(told.length >= 2 && told.length <= 5, `${told.length} times`)
  for (const [index, { fraction, at }] of told.entries()) {
    const before = told[index - 1]
    assert.ok(fraction >= (before?.fraction ?? 0) && fraction <= 1, `${fraction}`)
    assert.ok(before === undefined || at - before.at >= 99, `${at - (before?.at ?? 0)} ms`)
  }
})

test('of two runs that are started together neither counts the other as its own time', async () => {
  const cell = new Int32Array(new SharedArrayBuffer(4))
  const hold = define(() => Atomics.wait(cell, 0, 0, 100))
  const [first, second] = await Promise.all([
    runTask(hold, {}, { signal }),
    runTask(hold, {}, { signal }),
  ])
  assert.ok(first.startedAt + first.runMs <= second.startedAt + 1, JSON.stringify([first, second]))
})
