import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExecutorProfile } from '../fit/profile.ts'
import { deploymentOf } from './deployment.ts'
import { outsideOf } from './outside.ts'
import type { Question, Size } from './plan.ts'
import { exampleProfile, exampleQuestion } from './profile.fixture.ts'

function outside(
  size: Partial<Size>,
  question: Partial<Question> = {},
  known: Partial<ExecutorProfile> = {},
  executor: Question['executors'][number] = 'thread',
): string[] {
  const profile = exampleProfile()
  profile.executors = profile.executors.map((each) => ({ ...each, ...known }))
  const deployment = deploymentOf(exampleQuestion({ ratePerS: 20, ...question }), profile, executor)
  return outsideOf(deployment, { servers: 1, workers: 0, cores: 2, ...size })
}

test('of what was measured nothing is outside', () => {
  assert.deepEqual(outside({}), [])
})

test('several instances are machines that were never measured together', () => {
  assert.deepEqual(outside({ servers: 2 }), [
    'more than one machine: they are taken not to slow each other down',
  ])
})

test('numbers and rates beyond the range are said', () => {
  assert.deepEqual(outside({ servers: 1, workers: 5 }, { ratePerS: 50 }, {}, 'queue').slice(1), [
    'more than 2 workers were not measured',
    'as high a rate was not measured through one nginx and Redis',
  ])
  const range = { ratePerS: 26, servers: { low: 1, high: 1 }, workers: null }
  assert.ok(outside({ servers: 5 }, {}, { range }).includes('more than 1 server was not measured'))
})

test('more tasks at once than were measured are said', () => {
  assert.deepEqual(outside({}, { coresEach: 4, threadsEach: 4 }), [
    '4 tasks at once on a machine; 2 were measured',
  ])
  assert.deepEqual(outside({}, { coresEach: 4, threadsEach: 4 }, {}, 'event-loop'), [])
})

test('what was not measured at all is said, and what is taken in its place', () => {
  const known = { measured: false, gapMs: null, overheadCpuMs: null }
  assert.deepEqual(outside({}, {}, known), [
    'threads were not measured: what tasks take there is borrowed from another executor',
    'how long a thread is idle between two tasks was not measured: as little as can be is taken',
    'how much CPU time HTTP takes is not known: no limit by it is taken',
  ])
})

test('failures are simulated only', () => {
  const failures = { meanBetweenMs: 1e6, downMs: 1000, handBackMs: 8000 }
  assert.deepEqual(outside({}, { failures }), ['instances that die: simulated, not measured'])
})
