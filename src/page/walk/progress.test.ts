import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fresh, type Keeper, type Progress, recall, remember } from './progress.ts'

function keeperWith(text: string | null = null): Keeper & { text: string | null } {
  return {
    text,
    getItem() {
      return this.text
    },
    setItem(_key: string, value: string) {
      this.text = value
    },
  }
}

const outcome = { conditions: ['There is one server'], measured: '3 s', maxMs: 2954, runMs: 3010.5 }

test('a walk is recalled as it was left', () => {
  const left: Progress = { step: 3, isOpen: false, outcomes: { 0: outcome, 2: outcome } }
  const keeper = keeperWith()
  remember(keeper, left)
  assert.deepEqual(recall(keeper, 5), left)
})

test('a walk begins at its start where nothing is kept, or nothing that makes sense', () => {
  for (const text of [null, '', 'null', '7', '[]', '{', '{"step":3}', '{"version":2,"step":3}'])
    assert.deepEqual(recall(keeperWith(text), 5), fresh)
  assert.deepEqual(recall(undefined, 5), fresh)
})

test('of what is kept, only what makes sense is taken', () => {
  for (const step of [-1, 5, 1.5, '1', null])
    assert.equal(recall(keeperWith(JSON.stringify({ version: 1, step })), 5).step, 0)
  const outcomes = { 0: outcome, 1: { measured: 3 }, 2: null, 9: outcome, x: outcome }
  assert.deepEqual(recall(keeperWith(JSON.stringify({ version: 1, step: 1, outcomes })), 5), {
    step: 1,
    isOpen: true,
    outcomes: { 0: outcome },
  })
})

test('a browser that keeps nothing does no harm', () => {
  const refuse = () => {
    throw new Error('denied')
  }
  const keeper = { getItem: refuse, setItem: refuse }
  assert.deepEqual(recall(keeper, 5), fresh)
  remember(keeper, fresh)
  remember(undefined, fresh)
})
