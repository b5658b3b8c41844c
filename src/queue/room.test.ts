import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type QueueState, refusal } from './room.ts'

const limits = { jobs: 100, costMs: 60_000 }
const gigabyte = 2 ** 30

const queue = (changes: Partial<QueueState>): QueueState => ({
  waiting: 0,
  costMs: 0,
  ended: 0,
  memory: { used: 0, limit: gigabyte },
  ...changes,
})

const open: [what: string, state: QueueState][] = [
  ['is empty', queue({})],
  ['is one job below its bound', queue({ waiting: 99 })],
  ['is a millisecond below its bound', queue({ waiting: 5, costMs: 59_999 })],
  ['has 80% of the memory', queue({ memory: { used: 80, limit: 100 } })],
  ['has a Redis without a limit', queue({ memory: { used: 2 ** 40, limit: 0 } })],
]
for (const [what, state] of open) {
  test(`a queue that ${what} takes jobs`, () => assert.equal(refusal(state, limits), undefined))
}

const full: [what: string, state: QueueState, message: string][] = [
  [
    'as many jobs as may',
    queue({ waiting: 100, ended: 20 }),
    '100 jobs wait already, and 100 may; try again in 5 s',
  ],
  [
    'as much work as may',
    queue({ waiting: 20, costMs: 60_000, ended: 4 }),
    'jobs of about 60 s of CPU time wait already, and 60 s may; try again in 5 s',
  ],
  [
    'no memory for more',
    queue({ waiting: 20, ended: 4, memory: { used: 81, limit: 100 } }),
    'Redis uses 81% of its memory, and jobs may take it to 80%; try again in 30 s',
  ],
]
for (const [what, state, message] of full) {
  test(`with ${what}, the queue is full, and says so with the bound and the time`, () => {
    assert.equal(refusal(state, limits)?.message, message)
  })
}

const retries: [what: string, changes: Partial<QueueState>, seconds: number][] = [
  ['for a tenth of the jobs, at the rate of the last ten seconds', { waiting: 100, ended: 10 }, 10],
  ['and for what is over the bound', { waiting: 120, ended: 10 }, 30],
  ['for a tenth of the work: here six jobs of 1 s', { waiting: 60, costMs: 60_000, ended: 10 }, 6],
  ['for the later of both', { waiting: 100, costMs: 60_000, ended: 5 }, 20],
  ['a second at least', { waiting: 100, ended: 10_000 }, 1],
  ['five minutes at most', { waiting: 100_000, ended: 1 }, 300],
  ['half a minute where nothing ended lately', { waiting: 100 }, 30],
]
for (const [what, changes, seconds] of retries) {
  test(`who is refused is told to wait ${what}`, () => {
    assert.equal(refusal(queue(changes), limits)?.retryAfterS, seconds)
  })
}
