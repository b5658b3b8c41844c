import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Figure, figure, isReached } from './row.ts'

function of(ours: number[], theirs: number[], reach?: Figure['reach']): Figure {
  return figure({
    row: 'light',
    measure: 'GET /',
    unit: 'requests/s',
    ours: { name: 'Unblock', samples: ours },
    theirs: { name: 'bare', samples: theirs },
    ...(reach === undefined ? {} : { reach }),
  })
}

test('a ratio is that of the medians, however far a single round is off', () => {
  assert.equal(of([10, 900, 20], [40, 50, 1]).ratio, 0.5)
})

test('a target is reached from its very value on, from either side', () => {
  assert.equal(isReached(of([9], [10], { atLeast: 0.9 })), true)
  assert.equal(isReached(of([8.99], [10], { atLeast: 0.9 })), false)
  assert.equal(isReached(of([13], [10], { atMost: 1.3 })), true)
  assert.equal(isReached(of([13.01], [10], { atMost: 1.3 })), false)
})

test('where nothing was to be reached, nothing is said of it', () => {
  assert.equal(isReached(of([1], [10])), undefined)
})

test('a side without samples has reached nothing', () => {
  assert.ok(Number.isNaN(of([], [10]).ratio))
  assert.equal(isReached(of([], [10], { atMost: 2 })), false)
  assert.equal(isReached(of([1], [], { atLeast: 1 })), false)
})
