import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTurn } from './in-turn.ts'

test('so many are worked on at a time as may, in their order, and each has its result', async () => {
  const begun: number[] = []
  const ends = [1, 2, 3, 4, 5].map(() => Promise.withResolvers<void>())
  const all = inTurn([0, 1, 2, 3, 4], 2, async (i) => {
    begun.push(i)
    await ends[i]!.promise
    return i * 10
  })
  const soon = () => new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(begun, [0, 1])
  ends[1]!.resolve()
  await soon()
  assert.deepEqual(begun, [0, 1, 2])
  for (const { resolve } of ends) resolve()
  assert.deepEqual(await all, [0, 10, 20, 30, 40])
})

test('of none there are no results', async () => {
  assert.deepEqual(await inTurn([], 2, async () => 1), [])
})
