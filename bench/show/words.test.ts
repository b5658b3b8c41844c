import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Figure, figure } from '../rows/row.ts'
import { missedOf, oursOf, outcomeOf, rangeOf, ratioOf } from './words.ts'

function of(
  ours: number[],
  theirs: number[],
  { name = 'Unblock', reach }: { name?: string; reach?: Figure['reach'] } = {},
): Figure {
  return figure({
    row: 'drain',
    measure: 'empty jobs',
    unit: 'jobs/s',
    ours: { name, samples: ours },
    theirs: { name: 'bare', samples: theirs },
    ...(reach === undefined ? {} : { reach }),
  })
}

test('a ratio has two digits after its point, and three of all where it is large', () => {
  assert.equal(ratioOf(of([1], [3])), '0.33')
  assert.equal(ratioOf(of([1236], [100])), '12.4')
  assert.equal(ratioOf(of([], [3])), '—')
})

test('a ratio never looks as if it were on the other side of its target', () => {
  assert.equal(ratioOf(of([996], [1000], { reach: { atLeast: 1 } })), '0.996')
  assert.equal(ratioOf(of([200_001], [100_000], { reach: { atMost: 2 } })), '2.00001')
  assert.equal(ratioOf(of([9996], [1000], { reach: { atLeast: 10 } })), '9.996')
  assert.equal(ratioOf(of([1996], [100], { reach: { atLeast: 20 } })), '19.960')
})

test('the range is that of ratios of one round each, and there is none of one round', () => {
  assert.equal(rangeOf(of([10, 30], [20, 40])), '0.50–0.75')
  assert.equal(rangeOf(of([10], [20])), '')
  assert.equal(rangeOf(of([10, 30], [20])), '')
})

test('where ours is more than just Unblock, it is said what', () => {
  assert.equal(oursOf(of([1234], [1])), '1,230 jobs/s')
  assert.equal(oursOf(of([1234], [1], { name: 'Unblock, page open' })), 'page open: 1,230 jobs/s')
})

test('a figure is reached, not reached, or only shown; and those that are not are counted', () => {
  const reached = of([1], [1], { reach: { atLeast: 1 } })
  const missed = of([1], [2], { reach: { atLeast: 1 } })
  const shown = of([1], [2])
  assert.deepEqual([reached, missed, shown].map(outcomeOf), [
    'reached',
    'NOT reached',
    'shown only',
  ])
  assert.equal(missedOf([reached, missed, shown]), '1 of 2 targets NOT reached.')
  assert.equal(missedOf([reached, reached]), 'All of 2 targets reached.')
  assert.equal(missedOf([shown]), 'Nothing was to be reached.')
})
