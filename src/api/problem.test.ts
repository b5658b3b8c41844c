import assert from 'node:assert/strict'
import { test } from 'node:test'
import { invalid, Problem, ProblemBody, unavailable } from './problem.ts'
import { checker } from './validate.ts'

test('a problem bears its status with its phrase, and what is wrong', () => {
  const { status, body } = new Problem(404, 'There is no such job.')
  assert.equal(status, 404)
  assert.deepEqual(body, {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'There is no such job.',
  })
})

test('a problem can have a title of its own, name fields and the job, and set headers', () => {
  const errors = [{ field: 'limit', detail: 'must be an integer' }]
  const headers = { allow: 'GET' }
  const problem = new Problem(500, 'It threw.', {
    title: 'Task Failed',
    errors,
    job: 'j1',
    headers,
  })
  assert.deepEqual(problem.headers, headers)
  assert.deepEqual(problem.body, {
    type: 'about:blank',
    title: 'Task Failed',
    status: 500,
    detail: 'It threw.',
    errors,
    job: 'j1',
  })
})

test('a status without a phrase has a title all the same', () => {
  assert.equal(new Problem(499, 'The client left.').body.title, 'Error')
})

test('invalid fields make a 400 whose detail is one sentence about all of them', () => {
  const errors = [
    { field: 'limit', detail: 'must be an integer' },
    { field: 'speed', detail: 'is not known here' },
  ]
  const { status, body } = invalid(errors)
  assert.equal(status, 400)
  assert.equal(body.detail, 'limit must be an integer; speed is not known here.')
  assert.deepEqual(body.errors, errors)
})

test('what is unavailable says when to try again: whole seconds, at least one', () => {
  const after = (seconds?: number) => unavailable('The queue is away.', seconds).headers
  assert.deepEqual(after(), { 'retry-after': '1' })
  assert.deepEqual(after(0), { 'retry-after': '1' })
  assert.deepEqual(after(1.01), { 'retry-after': '2' })
  assert.equal(unavailable('The queue is away.').status, 503)
})

test('every body is what the schema of problems says, and has no stack', () => {
  const check = checker(ProblemBody, 'body')
  const bodies = [invalid([{ field: 'a', detail: 'b' }]), unavailable('c'), new Problem(418, 'd')]
  for (const { body } of bodies) {
    assert.ok(check(structuredClone(body)).ok)
    assert.ok(!JSON.stringify(body).includes('problem.test'))
  }
})
