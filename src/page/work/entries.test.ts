import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import type { Job } from '../../api/job.ts'
import {
  addEntry,
  changeEntry,
  clearEnded,
  type Entry,
  entries,
  fromAnswer,
  fromJob,
  most,
  removeEntry,
  withChanges,
  withEntry,
} from './entries.ts'
import { endings, inWords } from './news.ts'
import { letGo } from './result-room.ts'
import { countDue } from './series.ts'

const request = { path: '/api/non-blocking', body: { task: 'primes', params: {} } } as const
const add = () => addEntry(request, 'queue')
const end = (id: number, result: unknown = 1) =>
  changeEntry(id, () => ({ state: 'completed', result }))
const find = (id: number) => entries.value.find((each) => each.id === id)

beforeEach(() => {
  entries.value = []
})

test('the newest is on top, and sends', () => {
  const [first, second] = [add(), add()]
  assert.deepEqual(entries.value, [second, first])
  assert.equal(first.state, 'sending')
  assert.equal(first.task, 'primes')
})

test('a change makes a new entry and a new list; no change makes neither', () => {
  const { id } = add()
  const before = entries.value
  changeEntry(id, () => ({ state: 'active', progress: 0.5 }))
  assert.notEqual(entries.value, before)
  assert.equal(before[0]?.state, 'sending')
  assert.partialDeepStrictEqual(entries.value[0]!, { state: 'active', progress: 0.5 })
  const after = entries.value
  changeEntry(id, () => ({ state: 'active', progress: 0.5 }))
  changeEntry(-1, () => ({ state: 'failed' }))
  assert.equal(entries.value, after)
  assert.equal(withChanges(after, id, { attempts: 0 }), after)
})

test('what has ended does not change any more', () => {
  const { id } = add()
  changeEntry(id, () => ({ state: 'cancelled' }))
  changeEntry(id, () => ({ state: 'active' }))
  assert.equal(find(id)?.state, 'cancelled')
})

test('when there are too many, the oldest that has ended goes first, else the oldest', () => {
  const states = ['active', 'completed', 'failed', 'waiting'] as const
  const list = states.map((state, id) => ({ id, state }) as unknown as Entry)
  const entry = { id: 9, state: 'sending' } as unknown as Entry
  const ids = (made: readonly Entry[]) => made.map(({ id }) => id)
  assert.deepEqual(ids(withEntry(list, entry, 5)), [9, 0, 1, 2, 3])
  assert.deepEqual(ids(withEntry(list, entry, 4)), [9, 0, 1, 3])
  assert.deepEqual(ids(withEntry([list[0]!, list[3]!], entry, 2)), [9, 0])
})

test('there are never more than it keeps', () => {
  for (let i = 0; i < most + 50; i++) end(add().id)
  assert.equal(entries.value.length, most)
})

test('those that have ended can be cleared, and one can be removed', () => {
  const [running, ended, other] = [add(), add(), add()]
  end(ended.id)
  clearEnded()
  assert.deepEqual(entries.value, [other, running])
  removeEntry(other.id)
  assert.deepEqual(entries.value, [running])
})

test('of large results only the newest are kept', () => {
  const picture = { image: 'x'.repeat(60_000) }
  const ids = Array.from({ length: 20 }, () => add().id)
  for (const id of ids) end(id, picture)
  const { id: small } = add()
  end(small)
  assert.deepEqual(
    ids.map((id) => find(id)?.result === letGo),
    ids.map((_, i) => i < 4),
  )
  assert.equal(find(small)?.result, 1)
})

test('an answer to a blocking request ends it', () => {
  const timing = { waitMs: 1, runMs: 2 }
  const answer = { type: 'blocking', complete: true, task: 'primes', executor: 'thread' } as const
  assert.partialDeepStrictEqual(
    fromAnswer({ ...answer, instance: 'server-1', timing, result: 7 }, 5000),
    { state: 'completed', endedAt: 5000, server: 'server-1', waitMs: 1, runMs: 2, result: 7 },
  )
})

const job = (changes: Partial<Job>): Job => ({
  id: 'j',
  task: 'primes',
  state: 'waiting',
  progress: 0,
  attempts: 0,
  worker: null,
  enqueuedAt: null,
  startedAt: null,
  finishedAt: null,
  timing: { waitMs: null, runMs: null },
  ...changes,
})

test('a job that its worker left waits again, and is not said to be where it was', () => {
  const entry = add()
  const active = job({ state: 'active', worker: 'worker-1', progress: 0.4, attempts: 1 })
  changeEntry(entry.id, (each) => fromJob(each, active, 0))
  assert.partialDeepStrictEqual(find(entry.id)!, { worker: 'worker-1', progress: 0.4 })
  changeEntry(entry.id, (each) => fromJob(each, job({ attempts: 1 }), 0))
  const { state, worker, progress, attempts } = find(entry.id)!
  assert.deepEqual([state, worker, progress, attempts], ['waiting', undefined, 0, 1])
})

test('a job ended when its own times say, not when it was heard of', () => {
  const entry = { ...add(), sentAt: 1000 }
  const ended = job({ state: 'completed', timing: { waitMs: 100, runMs: 400 } })
  assert.equal(fromJob(entry, ended, 9000).endedAt, 1500)
  assert.equal(fromJob(entry, ended, 1400).endedAt, 1400)
  const unstarted = job({ state: 'cancelled', timing: { waitMs: null, runMs: null } })
  assert.equal(fromJob(entry, unstarted, 9000).endedAt, 9000)
})

test('why a job failed is said', () => {
  const failed = job({ state: 'failed', error: { reason: 'threw', detail: 'it threw' } })
  assert.equal(fromJob(add(), failed, 0).error, 'it threw')
})

test('the news are what ended since, a few one by one and many by their number', () => {
  const [one, two] = [add(), add()]
  const before = entries.value
  end(one.id)
  assert.equal(inWords(endings(before, entries.value)), 'primes, queue: completed')
  changeEntry(two.id, () => ({ state: 'failed', error: 'Too late.' }))
  const both = endings(before, entries.value)
  assert.equal(inWords(both), 'primes, queue: failed. Too late.; primes, queue: completed')
  assert.equal(inWords([...both, ...both]), '4 runs ended: 2 failed, 2 completed')
  assert.deepEqual(endings(entries.value, entries.value), [])
})

test('of a series the first is due at once, and the others at the rate', () => {
  const due = (ms: number) => countDue(ms, 10, 5)
  assert.deepEqual([0, 199, 200, 1000, 60_000].map(due), [1, 1, 2, 6, 10])
  assert.equal(countDue(2000, 3, 0.5), 2)
})
