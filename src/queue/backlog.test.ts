import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBacklog } from './backlog.ts'

/** A backlog over a queue that is counted when the test says so, at a time that the test sets. */
function counted() {
  let now = 0
  let questions: { answer(count: number): void; fail(error: Error): void }[] = []
  const backlog = createBacklog(
    () => {
      const { promise, resolve, reject } = Promise.withResolvers<number>()
      questions.push({ answer: resolve, fail: reject })
      return promise
    },
    () => now,
  )
  return {
    backlog,
    pass(ms: number) {
      now += ms
    },
    asked: () => questions.length,
    /** Answers what was asked, and waits until the answer has arrived. */
    async answer(count: number | Error) {
      const asked = questions
      questions = []
      for (const each of asked) typeof count === 'number' ? each.answer(count) : each.fail(count)
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

/** A backlog that has just been counted. */
async function fresh(count: number) {
  const queue = counted()
  const length = queue.backlog.length()
  await queue.answer(count)
  assert.equal(await length, count)
  return queue
}

test('all who ask at first wait for one and the same count', async () => {
  const { backlog, asked, answer } = counted()
  const lengths = [backlog.length(), backlog.length(), backlog.length()]
  assert.equal(asked(), 1)
  await answer(7)
  assert.deepEqual(await Promise.all(lengths), [7, 7, 7])
})

test('for a tenth of a second, what was added here is counted here', async () => {
  const { backlog, asked, pass } = await fresh(7)
  pass(100)
  backlog.grew()
  backlog.grew()
  assert.equal(await backlog.length(), 9)
  assert.equal(asked(), 0)
})

test('after that it is counted afresh, and nobody waits for it', async () => {
  const { backlog, asked, answer, pass } = await fresh(7)
  backlog.grew()
  pass(101)
  assert.equal(await backlog.length(), 8)
  assert.equal(await backlog.length(), 8)
  assert.equal(asked(), 1)
  await answer(3)
  assert.equal(await backlog.length(), 3)
})

test('what is added while Redis counts stays counted', async () => {
  const { backlog, answer, pass } = await fresh(7)
  pass(101)
  backlog.grew()
  await backlog.length()
  backlog.grew()
  await answer(20)
  assert.equal(await backlog.length(), 21)
  pass(101)
  await backlog.length()
  await answer(20)
  assert.equal(await backlog.length(), 20)
})

test('a count older than a second is not used: then a failure to count is told', async () => {
  const { backlog, answer, pass } = await fresh(7)
  pass(1001)
  const length = assert.rejects(backlog.length(), /away/)
  await answer(new Error('away'))
  await length
})

test('until then a failure to count is not', async () => {
  const { backlog, asked, answer, pass } = await fresh(7)
  pass(500)
  assert.equal(await backlog.length(), 7)
  await answer(new Error('away'))
  assert.equal(await backlog.length(), 7)
  assert.equal(asked(), 1)
})
