import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jobsToHold, recentMean } from './prefetch.ts'

const holds: [threads: number, meanRunMs: number | undefined, jobs: number][] = [
  [1, undefined, 1],
  [4, undefined, 4],
  [2, 0, 66],
  [2, 1.875, 66],
  [2, 2.5, 50],
  [2, 5, 26],
  [2, 5.1, 24],
  [2, 30, 6],
  [2, 30.1, 4],
  [2, 60, 4],
  [2, 60.1, 2],
  [2, 3000, 2],
  [1, 2, 31],
  [64, 1, 2112],
]
for (const [threads, meanRunMs, jobs] of holds) {
  const known = meanRunMs === undefined ? 'of unknown length' : `of ${meanRunMs} ms`
  test(`${threads} threads hold ${jobs} jobs ${known}`, () => {
    assert.equal(jobsToHold(threads, meanRunMs), jobs)
  })
}

test('the mean of nothing is unknown, that of one value is the value', () => {
  const mean = recentMean()
  assert.equal(mean.value(), undefined)
  mean.add(5)
  assert.equal(mean.value(), 5)
})

test('the mean follows the last values and forgets the first', () => {
  const mean = recentMean()
  mean.add(1000)
  for (let i = 0; i < 12; i++) mean.add(0)
  assert.ok(mean.value()! > 0 && mean.value()! < 250, `${mean.value()}`)
  for (let i = 0; i < 100; i++) mean.add(10)
  assert.ok(Math.abs(mean.value()! - 10) < 0.1, `${mean.value()}`)
})
