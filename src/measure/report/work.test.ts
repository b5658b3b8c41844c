import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RequestRecord } from '../records/record.ts'
import { anyOf, atOnce, workOf } from './work.ts'

const record = (changes: Partial<RequestRecord>): RequestRecord => ({
  ...{ trial: 0, kind: 'task', due: 0, sent: 1, accepted: null, started: null, ended: 100 },
  ...{ outcome: 'completed', status: 200, ...changes },
})

test('work is known by the run that the service tells of, else by how long the request was open', () => {
  assert.deepEqual(workOf(record({ runMs: 60 }), 'thread'), { from: 40, to: 100 })
  assert.deepEqual(workOf(record({ runMs: 200 }), 'thread'), { from: 1, to: 100 })
  assert.deepEqual(workOf(record({}), 'event-loop'), { from: 1, to: 100 })
})

test("a job's work is from when its start was known; of one that never started there is none", () => {
  assert.deepEqual(workOf(record({ started: 30, runMs: 60 }), 'queue'), { from: 30, to: 100 })
  assert.equal(workOf(record({ outcome: 'failed', reason: 'gave up' }), 'queue'), undefined)
})

test('what was refused was no work', () => {
  assert.equal(workOf(record({ outcome: 'refused', status: 503 }), 'thread'), undefined)
})

test('spans that overlap are counted, those that touch are one', () => {
  const steps = atOnce([
    { from: 0, to: 10 },
    { from: 5, to: 20 },
    { from: 20, to: 30 },
    { from: 40, to: 50 },
    { from: 60, to: 60 },
  ])
  assert.deepEqual(steps, [
    { at: 0, count: 1 },
    { at: 5, count: 2 },
    { at: 10, count: 1 },
    { at: 20, count: 1 },
    { at: 30, count: 0 },
    { at: 40, count: 1 },
    { at: 50, count: 0 },
  ])
  assert.deepEqual(anyOf(steps), [
    { from: 0, to: 30 },
    { from: 40, to: 50 },
  ])
})

test('no more are at work at once than can be', () => {
  const open = [0, 1, 2].map((from) => ({ from, to: 10 + from }))
  assert.deepEqual(
    atOnce(open, 1).map(({ count }) => count),
    [1, 1, 1, 1, 1, 0],
  )
})
