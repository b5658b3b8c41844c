import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { inBatches } from './in-batches.ts'

function recorder(most = 100) {
  const questions: number[][] = []
  const double = inBatches(async (items: number[]) => {
    questions.push(items)
    if (items.includes(13)) throw new Error('unlucky')
    return items.map((item) => 2 * item)
  }, most)
  return { questions, double }
}

test('what is asked for in one turn is one question, and each gets its own answer', async () => {
  const { questions, double } = recorder()
  assert.deepEqual(await Promise.all([1, 2, 3].map(double)), [2, 4, 6])
  assert.deepEqual(questions, [[1, 2, 3]])
})

test('what is asked for in another turn is another question, also while the first is open', async () => {
  const { questions, double } = recorder()
  const first = double(1)
  await nextTurn()
  const second = double(2)
  assert.deepEqual(await Promise.all([first, second]), [2, 4])
  assert.deepEqual(questions, [[1], [2]])
})

test('no question is larger than it may be', async () => {
  const { questions, double } = recorder(2)
  assert.deepEqual(await Promise.all([1, 2, 3, 4, 5].map(double)), [2, 4, 6, 8, 10])
  assert.deepEqual(questions, [[1, 2], [3, 4], [5]])
})

test('a question that fails is told to all who asked, and to nobody else', async () => {
  const { double } = recorder(2)
  const answers = await Promise.allSettled([1, 13, 3].map(double))
  assert.deepEqual(
    answers.map((each) => (each.status === 'fulfilled' ? each.value : each.reason.message)),
    ['unlucky', 'unlucky', 6],
  )
})
