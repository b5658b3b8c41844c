import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Backlog, createBacklog } from './backlog.ts'
import type { Counted } from './count-backlog.ts'

/** A backlog over a queue that is counted when the test says so, at a time that the test sets. */
function counted() {
  let now = 0
  let measured = 0
  let questions: PromiseWithResolvers<Counted>[] = []
  const source = {
    count() {
      const question = Promise.withResolvers<Counted>()
      questions.push(question)
      return question.promise
    },
    async memory() {
      measured++
      return { used: measured, limit: 100 }
    },
  }
  return {
    backlog: createBacklog(source, () => now),
    pass(ms: number) {
      now += ms
    },
    asked: () => questions.length,
    measured: () => measured,
    /** Answers what was asked, each job costing 10 ms, and waits until the answer has arrived. */
    async answer(waiting: number | Error) {
      const asked = questions
      questions = []
      for (const { resolve, reject } of asked) {
        if (waiting instanceof Error) reject(waiting)
        else resolve({ waiting, costMs: 10 * waiting, ended: 0 })
      }
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

type Queue = ReturnType<typeof counted>

/** As one who adds a job asks for it. */
const stateOf = async (backlog: Backlog) => backlog.known() ?? (await backlog.refreshed())

/** A backlog that has just been counted. */
async function fresh(waiting: number): Promise<Queue> {
  const queue = counted()
  const state = stateOf(queue.backlog)
  await queue.answer(waiting)
  assert.equal((await state).waiting, waiting)
  return queue
}

/** Jobs that wait, and what they cost. */
async function known({ backlog }: Queue): Promise<[waiting: number, costMs: number]> {
  const { waiting, costMs } = await stateOf(backlog)
  return [waiting, costMs]
}

test('all who ask at first wait for one and the same count', async () => {
  const { backlog, asked, answer } = counted()
  const states = [stateOf(backlog), stateOf(backlog), stateOf(backlog)]
  assert.equal(asked(), 1)
  await answer(7)
  assert.deepEqual(
    (await Promise.all(states)).map(({ waiting }) => waiting),
    [7, 7, 7],
  )
})

test('for a tenth of a second, what was added here is counted here', async () => {
  const queue = await fresh(7)
  queue.pass(100)
  queue.backlog.grew(500)
  queue.backlog.grew(0)
  assert.deepEqual(await known(queue), [9, 570])
  assert.equal(queue.asked(), 0)
})

test('after that it is counted afresh, and nobody waits for it', async () => {
  const queue = await fresh(7)
  queue.backlog.grew(500)
  queue.pass(101)
  assert.deepEqual(await known(queue), [8, 570])
  assert.deepEqual(await known(queue), [8, 570])
  assert.equal(queue.asked(), 1)
  await queue.answer(3)
  assert.deepEqual(await known(queue), [3, 30])
})

test('what is added while Redis counts stays counted', async () => {
  const queue = await fresh(7)
  queue.pass(101)
  queue.backlog.grew(500)
  await known(queue)
  queue.backlog.grew(300)
  await queue.answer(20)
  assert.deepEqual(await known(queue), [21, 500])
  queue.pass(101)
  await known(queue)
  await queue.answer(20)
  assert.deepEqual(await known(queue), [20, 200])
})

test('a count older than a second is not used: then a failure to count is told', async () => {
  const { backlog, answer, pass } = await fresh(7)
  pass(1001)
  const state = assert.rejects(stateOf(backlog), /away/)
  await answer(new Error('away'))
  await state
})

test('until then a failure to count is not', async () => {
  const queue = await fresh(7)
  queue.pass(500)
  assert.deepEqual(await known(queue), [7, 70])
  await queue.answer(new Error('away'))
  assert.deepEqual(await known(queue), [7, 70])
  assert.equal(queue.asked(), 1)
})

test('the memory of Redis is asked for with a count, once a second at most', async () => {
  const queue = await fresh(7)
  for (let tenths = 1; tenths < 20; tenths++) {
    queue.pass(101)
    await stateOf(queue.backlog)
    await queue.answer(7)
  }
  assert.equal(queue.measured(), 2)
  assert.deepEqual((await stateOf(queue.backlog)).memory, { used: 2, limit: 100 })
})
