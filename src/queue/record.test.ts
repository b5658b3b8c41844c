import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readData, readProgress, readReturn } from './record.ts'

const data = { params: { limit: 3 }, requestId: 'r1' }

test('what a server wrote is read back, also with fields of a newer version', () => {
  assert.deepEqual(readData(data), data)
  assert.deepEqual(readData(JSON.stringify(data)), data)
  assert.deepEqual(readData({ ...data, timeoutMs: 5, newer: 1 }), {
    ...data,
    timeoutMs: 5,
    newer: 1,
  })
})

for (const [what, value] of [
  ['nothing', undefined],
  ['no JSON', '{"params":'],
  ['a text', '"params"'],
  ['no parameters', { requestId: 'r1' }],
  ['parameters that are a list', { params: [], requestId: 'r1' }],
  ['a deadline that is a text', { ...data, timeoutMs: '5' }],
] as const)
  test(`data that are ${what} are not read`, () => assert.equal(readData(value), undefined))

test('progress and results are read only as the worker writes them', () => {
  const progress = { fraction: 0.5, startedAt: 1, at: 2, attempt: 1, stalls: 0 }
  assert.deepEqual(readProgress(progress), progress)
  for (const wrong of [0, '50', { ...progress, fraction: 2 }, { fraction: 1 }])
    assert.equal(readProgress(wrong), undefined)
  const returned = { json: '[1]', startedAt: 1, runMs: 2 }
  assert.deepEqual(readReturn(JSON.stringify(returned)), returned)
  for (const wrong of [null, 7, { ...returned, json: 7 }, { ...returned, apart: 'yes' }])
    assert.equal(readReturn(wrong), undefined)
})
