import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Job } from '../api/job.ts'
import { checker } from '../api/validate.ts'
import { type Failure, writeFailure } from './record.ts'
import { storedJob } from './stored-job.ts'
import { isOver, viewOf } from './view.ts'

const second = (n: number) => Date.UTC(2026, 0, 1, 0, 0, n)
const iso = (n: number) => new Date(second(n)).toISOString()

const added = {
  name: 'primes',
  data: '{"params":{},"requestId":"r1"}',
  timestamp: `${second(0)}`,
  priority: '0',
}

/** A job as Redis holds it: BullMQ's fields, the lock of its worker. */
function stored(changes: Record<string, string> = {}, { locked = false } = {}) {
  const job = storedJob('j1', new Map(Object.entries({ ...added, ...changes })), locked)
  assert.ok(job)
  return job
}

const waiting = {
  id: 'j1',
  task: 'primes',
  state: 'waiting',
  progress: 0,
  attempts: 0,
  worker: null,
  enqueuedAt: iso(0),
  startedAt: null,
  finishedAt: null,
  timing: { waitMs: null, runMs: null },
}
const taken = { ats: '1', pb: 'worker-1', processedOn: `${second(1)}` }
const active = {
  ...waiting,
  state: 'active',
  attempts: 1,
  worker: 'worker-1',
  startedAt: iso(1),
  timing: { waitMs: 1000, runMs: null },
}
const progressOf = (attempt: number) =>
  JSON.stringify({ fraction: 0.5, startedAt: second(2), at: second(3), attempt, stalls: 0 })
const progress = progressOf(1)
const finishedOn = `${second(9)}`
const returnvalue = JSON.stringify({
  json: '{"primes":4}',
  startedAt: second(3),
  runMs: 1234.56789,
})
const locked = { locked: true }

const views: [what: string, job: ReturnType<typeof stored>, view: object][] = [
  ['a new job', stored(), waiting],
  ['a job that a worker has taken', stored(taken, locked), active],
  [
    'a job that has told its start and progress',
    stored({ ...taken, progress }, locked),
    { ...active, progress: 0.5, startedAt: iso(2), timing: { waitMs: 2000, runMs: null } },
  ],
  [
    'a job whose former attempt has told progress',
    stored({ ...taken, ats: '2', progress }, locked),
    { ...active, attempts: 2 },
  ],
  [
    'a job that was handed back, or whose worker died: nobody runs it',
    stored({ ...taken, progress }),
    { ...waiting, attempts: 1 },
  ],
  [
    'a completed job',
    stored({ ...taken, progress, finishedOn, returnvalue }),
    {
      ...active,
      state: 'completed',
      progress: 1,
      startedAt: iso(3),
      finishedAt: iso(9),
      timing: { waitMs: 3000, runMs: 1234.568 },
    },
  ],
  [
    'a failed job',
    stored({ ...taken, progress, finishedOn, failedReason: 'threw: too: large' }),
    {
      ...active,
      state: 'failed',
      progress: 0.5,
      startedAt: iso(2),
      finishedAt: iso(9),
      timing: { waitMs: 2000, runMs: 7000 },
      error: { reason: 'threw', detail: 'too: large' },
    },
  ],
  [
    'a job that was cancelled while it ran, and not ended by its worker yet',
    stored(
      { ...taken, progress, cancelledAt: `${second(4)}`, defa: 'cancelled: on request' },
      locked,
    ),
    {
      ...active,
      state: 'cancelled',
      progress: 0.5,
      startedAt: iso(2),
      finishedAt: iso(4),
      timing: { waitMs: 2000, runMs: 2000 },
    },
  ],
  [
    'a job that was cancelled in the moment of its end',
    stored({ ...taken, progress, cancelledAt: `${second(4)}`, finishedOn, returnvalue }),
    {
      ...active,
      state: 'cancelled',
      progress: 0.5,
      startedAt: iso(2),
      finishedAt: iso(4),
      timing: { waitMs: 2000, runMs: 2000 },
    },
  ],
  [
    'a job that ended with a result that cannot be read',
    stored({ ...taken, finishedOn, returnvalue: '{"json":7}' }),
    {
      ...active,
      state: 'failed',
      finishedAt: iso(9),
      timing: { waitMs: 1000, runMs: 8000 },
      error: { reason: 'unreadable', detail: 'its result in Redis cannot be read' },
    },
  ],
  [
    'a job that started before it was accepted, by another clock',
    stored({ ...taken, processedOn: `${second(-1)}` }, locked),
    { ...active, startedAt: iso(-1), timing: { waitMs: 0, runMs: null } },
  ],
]
for (const [what, job, view] of views) {
  test(`${what} is seen as one`, () => {
    const seen = viewOf(job).job
    assert.deepEqual(seen, view)
    assert.ok(checker(Job, 'body')(structuredClone(seen)).ok)
  })
}

test('the result is passed on as text, and only of a completed job', () => {
  assert.equal(viewOf(stored({ ...taken, finishedOn, returnvalue })).resultJson, '{"primes":4}')
  const cancelledAt = `${second(4)}`
  const cancelled = stored({ ...taken, finishedOn, returnvalue, cancelledAt })
  assert.equal(viewOf(cancelled).resultJson, undefined)
})

for (const reason of [
  'threw',
  'deadline',
  'thread died',
  'worker died',
  'unknown task',
  'unreadable',
] as const) {
  test(`a failure by '${reason}' is read as it was written`, () => {
    const error: Failure = { reason, detail: 'with: colons: and\nlines' }
    const failed = stored({ finishedOn, failedReason: writeFailure(error) })
    assert.deepEqual(viewOf(failed).job.error, error)
  })
}

test("a failure in BullMQ's own words is that the worker died", () => {
  const errorOf = (failedReason: string) => viewOf(stored({ finishedOn, failedReason })).job.error
  assert.deepEqual(errorOf('of something'), { reason: 'worker died', detail: 'of something' })
  assert.deepEqual(errorOf('job stalled more than allowable limit'), {
    reason: 'worker died',
    detail: 'a worker died under it again and again',
  })
})

test('what is no job at all is none', () => {
  for (const hash of [{}, { data: '{}' }, { name: 'primes' }, { name: 'primes', timestamp: 'x' }])
    assert.equal(storedJob('j1', new Map(Object.entries(hash)), false), undefined)
})

test('a job is over in its last three states', () => {
  const states = ['waiting', 'active', 'completed', 'failed', 'cancelled'] as const
  assert.deepEqual(states.filter(isOver), ['completed', 'failed', 'cancelled'])
})
