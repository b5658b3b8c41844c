import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Job } from '../api/job.ts'
import { checker } from '../api/validate.ts'
import { isOver, type QueuedJob, viewOf, writeFailure } from './record.ts'

const second = (n: number) => Date.UTC(2026, 0, 1, 0, 0, n)
const iso = (n: number) => new Date(second(n)).toISOString()

/** A job as BullMQ has it when it has just been added; `changes` on top. */
function queued(changes: object = {}): QueuedJob {
  return {
    id: 'j1',
    name: 'primes',
    data: { params: {}, requestId: 'r1' },
    progress: 0,
    timestamp: second(0),
    attemptsStarted: 0,
    ...changes,
  } as unknown as QueuedJob
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
const taken = { attemptsStarted: 1, processedBy: 'worker-1', processedOn: second(1) }
const active = {
  ...waiting,
  state: 'active',
  attempts: 1,
  worker: 'worker-1',
  startedAt: iso(1),
  timing: { waitMs: 1000, runMs: null },
}
const progress = { fraction: 0.5, startedAt: second(2) }

const views: [what: string, job: QueuedJob, bullState: string, view: object][] = [
  ['a new job', queued(), 'waiting', waiting],
  ['a job with a priority', queued(), 'prioritized', waiting],
  ['a job that a worker has taken', queued(taken), 'active', active],
  [
    'a job that has told its start and progress',
    queued({ ...taken, progress }),
    'active',
    { ...active, progress: 0.5, startedAt: iso(2), timing: { waitMs: 2000, runMs: null } },
  ],
  [
    'a job that was handed back: nobody runs it',
    queued({ ...taken, progress }),
    'waiting',
    { ...waiting, attempts: 1 },
  ],
  [
    'a completed job',
    queued({
      ...taken,
      progress,
      finishedOn: second(9),
      returnvalue: { json: '{"primes":4}', startedAt: second(3), runMs: 1234.56789 },
    }),
    'completed',
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
    queued({ ...taken, progress, finishedOn: second(9), failedReason: 'threw: too: large' }),
    'failed',
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
    'a job that started before it was accepted, by another clock',
    queued({ ...taken, processedOn: second(-1) }),
    'active',
    { ...active, startedAt: iso(-1), timing: { waitMs: 0, runMs: null } },
  ],
]
for (const [what, job, bullState, view] of views) {
  test(`${what} is seen as one`, () => {
    const seen = viewOf(job, bullState).job
    assert.deepEqual(seen, view)
    assert.ok(checker(Job, 'body')(structuredClone(seen)).ok)
  })
}

test('the result is passed on as text, and only of a completed job', () => {
  const done = queued({ ...taken, returnvalue: { json: '[1]', startedAt: second(1), runMs: 1 } })
  assert.equal(viewOf(done, 'completed').resultJson, '[1]')
  assert.equal(viewOf(done, 'active').resultJson, undefined)
})

for (const reason of ['threw', 'deadline', 'thread died', 'worker died', 'unknown task'] as const) {
  test(`a failure by '${reason}' is read as it was written`, () => {
    const error = { reason, detail: 'with: colons: and\nlines' }
    const failed = queued({ failedReason: writeFailure(error) })
    assert.deepEqual(viewOf(failed, 'failed').job.error, error)
  })
}

test("a failure in BullMQ's own words is that the worker died", () => {
  const { error } = viewOf(queued({ failedReason: 'job stalled too often' }), 'failed').job
  assert.deepEqual(error, { reason: 'worker died', detail: 'job stalled too often' })
})

test('a job is over in its last three states', () => {
  const states = ['waiting', 'active', 'completed', 'failed', 'cancelled'] as const
  assert.deepEqual(states.filter(isOver), ['completed', 'failed', 'cancelled'])
})
