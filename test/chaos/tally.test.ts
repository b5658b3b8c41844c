import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jobIdIn, Tally } from './tally.ts'

const unavailable = (servedBy: string, body: unknown = {}) => ({
  status: 503,
  headers: { 'x-served-by': servedBy, 'retry-after': '1' },
  body,
})

test('what a server refuses is refused, and no answer of the request', () => {
  const tally = new Tally()
  assert.equal(tally.count('GET job', true, unavailable('server-1')), false)
  assert.equal(tally.refused, 1)
  assert.equal(tally.failedIdempotent, 0)
})

test('no server behind the proxy, a broken connection and a 500 are failures', () => {
  const tally = new Tally()
  tally.count('GET /', true, unavailable('nginx'))
  tally.count('GET /', true, undefined, new Error('socket hang up'))
  tally.count('GET /', true, { status: 500, headers: {}, body: {} })
  assert.equal(tally.failedIdempotent, 3)
  assert.equal(tally.refused, 0)
  assert.deepEqual(tally.requests, { 'GET /': { '503': 1, 'no answer': 1, '500': 1 } })
})

test('a request that must not be repeated may fail', () => {
  const tally = new Tally()
  tally.count('POST', false, undefined, new Error('socket hang up'))
  assert.equal(tally.failedIdempotent, 0)
})

test('a problem that names the job is an answer: the job was accepted', () => {
  const tally = new Tally()
  const answer = unavailable('server-1', { status: 503, job: 'j1' })
  assert.equal(tally.count('POST', true, answer), true)
  assert.equal(jobIdIn(answer.body), 'j1')
  assert.equal(jobIdIn({ job: { id: 'j2' } }), 'j2')
  assert.equal(jobIdIn('text'), undefined)
})
