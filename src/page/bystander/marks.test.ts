import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Entry } from '../work/entries.ts'
import { marksOf, mostLines } from './marks.ts'

const ran = (sentAt: number, endedAt?: number) =>
  ({ executor: 'thread', sentAt, endedAt }) as unknown as Entry

const lines = (entries: Entry[], from = 0) =>
  marksOf(entries, { from, now: 9000 }).map(({ from, to, line }) => [from, to, line])

test('a run is marked from its start to its end, or to now', () => {
  assert.deepEqual(lines([ran(5000), ran(1000, 4000)]), [
    [1000, 4000, 0],
    [5000, 9000, 0],
  ])
})

test('runs that overlap stand one above the other, up to a few lines', () => {
  const marks = lines([ran(0, 100), ran(50, 300), ran(100, 200)])
  assert.deepEqual(
    marks.map(([, , line]) => line),
    [0, 1, 0],
  )
  const many = lines(Array.from({ length: 9 }, (_, i) => ran(i, 1000)))
  assert.equal(Math.max(...many.map(([, , line]) => line!)), mostLines - 1)
})

test('what ended before the time that is shown has no mark', () => {
  assert.deepEqual(lines([ran(0, 100), ran(50, 300)], 200), [[50, 300, 0]])
})
