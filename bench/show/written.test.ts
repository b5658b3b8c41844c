import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exampleResults, runOf } from './results.fixture.ts'
import { merged, runsOf } from './written.ts'

const results = exampleResults()
const order = results.rows.map(({ name }) => name)
const written = merged({ rows: [] }, results, order)
const later = { ...runOf(['drain'], results), at: '2026-11-27T08:01:00.000Z', leftOut: [] }

test('a run of all rows is one run, in the order of the table', () => {
  assert.deepEqual(
    written.rows.map(({ name }) => name),
    order,
  )
  assert.equal(runsOf(written).length, 1)
})

test('what a run did not measure stays, and each row keeps what it was made with', () => {
  const both = merged(written, later, order)
  const [all, drain] = runsOf(both)
  assert.deepEqual(
    both.rows.map(({ name }) => name),
    order,
  )
  assert.equal(all!.setting.at, results.at)
  assert.deepEqual(all!.setting.leftOut, ['Sidekiq'])
  assert.deepEqual(
    drain!.rows.map(({ name }) => name),
    ['drain'],
  )
  assert.equal(drain!.setting.at, later.at)
  assert.deepEqual(drain!.setting.leftOut, [])
})

test('a row that is no more is dropped', () => {
  const { rows } = merged(written, later, ['light', 'drain'])
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['light', 'drain'],
  )
})

test('a row that could not be measured is dropped: what was written of it may not be true any more', () => {
  const failed = { ...later, rows: [], figures: [], notMeasured: [{ name: 'drain', why: 'x' }] }
  const { rows } = merged(written, failed, order)
  assert.deepEqual(
    rows.map(({ name }) => name),
    order.filter((name) => name !== 'drain'),
  )
})
