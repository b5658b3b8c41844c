import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Instance } from '../../api/fleet.ts'
import type { Sample } from '../bystander/samples.ts'
import { anInstance } from '../topology/instance.fixture.ts'
import type { Entry } from '../work/entries.ts'
import { elsewhere, type Facts, killedWorker, onEventLoop, oneOfThree } from './checks.ts'
import { nothing } from './seen.ts'

/** Each condition of the walk, met and not met, by made-up readings. The step begins at 0. */

const fleetOf = (servers: number, workers: number) => ({
  instances: [
    ...Array.from({ length: servers }, (_, i): Instance => anInstance(`server-${i + 1}`)),
    ...Array.from({ length: workers }, (_, i): Instance => anInstance(`worker-${i + 1}`)),
  ],
  queue: { waiting: 0, active: 0, limit: 10 },
})

/** A run from 1000 to 4000, as far as it is not said otherwise. */
const aRun = (changes: Partial<Entry>): Entry => ({
  id: 1,
  request: { path: '/api/blocking', body: { task: 'primes', params: {} } },
  task: 'primes',
  executor: 'event-loop',
  state: 'completed',
  sentAt: 1000,
  endedAt: 4000,
  server: 'server-1',
  worker: undefined,
  jobId: undefined,
  progress: 1,
  attempts: 0,
  waitMs: 0,
  runMs: 3000,
  result: undefined,
  error: undefined,
  ...changes,
})

/** Due five times a second from 0 to 5000, answered when `latency` says. */
const samplesOf = (
  latency: (dueAt: number) => number,
  server: (dueAt: number) => string = () => 'server-1',
): Sample[] =>
  Array.from({ length: 26 }, (_, i) => i * 200).map((dueAt) => ({
    dueAt,
    latencyMs: latency(dueAt),
    instance: server(dueAt),
    failed: false,
  }))

/** What a blocked loop does to them: all wait for the end of the run. */
const ramp = (dueAt: number) => (dueAt >= 1000 && dueAt < 4000 ? 4000 - dueAt : 4)

const facts = (changes: Partial<Facts>): Facts => ({
  begunAt: 0,
  now: 5000,
  fleet: fleetOf(1, 1),
  seen: nothing,
  samples: [],
  pending: [],
  entries: [],
  ...changes,
})

const met = ({ conditions }: { conditions: readonly { isMet: boolean }[] }) =>
  conditions.map(({ isMet }) => isMet)

const blocking = facts({
  seen: { ...nothing, blocked: { 'server-1': 2800 } },
  samples: samplesOf(ramp),
  entries: [aRun({})],
})

test('a loop that was blocked, and a bystander who waited for it, make the first step', () => {
  const verdict = onEventLoop(blocking)
  assert.deepEqual(met(verdict), [true, true, true, true])
  assert.equal(verdict.isDone, true)
  assert.equal(verdict.failed, undefined)
  assert.equal(verdict.maxMs, 3000)
  assert.equal(verdict.runMs, 3000)
  assert.match(verdict.measured, /waited 3,000 ms at most; .* for 3,000 ms/)
})

test('at its begin nothing is met but the number of servers', () => {
  const verdict = onEventLoop(facts({}))
  assert.deepEqual(met(verdict), [true, false, false, false])
  assert.deepEqual([verdict.isDone, verdict.isRunning, verdict.measured], [false, false, ''])
  assert.deepEqual(met(onEventLoop(facts({ fleet: undefined }))), [false, false, false, false])
  assert.deepEqual(met(onEventLoop(facts({ fleet: fleetOf(2, 1) }))), [false, false, false, false])
})

test('what ran before the step began does not count', () => {
  assert.deepEqual(met(onEventLoop({ ...blocking, begunAt: 1500 })), [true, false, false, false])
})

test('while the loop is blocked, the bystander counts with what it has waited', () => {
  const run = aRun({ state: 'active', endedAt: undefined, runMs: undefined, server: undefined })
  const waiting = facts({ entries: [run], pending: [900, 1100, 1300], now: 3000 })
  const verdict = onEventLoop(waiting)
  assert.equal(verdict.isRunning, true)
  assert.equal(verdict.maxMs, 2100)
  assert.deepEqual(met(verdict), [true, false, false, false])
})

test('a loop that nobody suffered from, or saw blocked, is no first step', () => {
  const calm = onEventLoop({ ...blocking, samples: samplesOf(() => 4), now: 8000 })
  assert.deepEqual(met(calm), [true, true, true, false])
  assert.match(calm.failed ?? '', /not what was to be seen/)
  assert.deepEqual(met(onEventLoop({ ...blocking, seen: nothing })), [true, true, false, true])
})

test('news of the fleet may come after the end of the run', () => {
  const soon = { ...blocking, seen: nothing }
  assert.equal(onEventLoop({ ...soon, now: 6900 }).failed, undefined)
  assert.notEqual(onEventLoop({ ...soon, now: 7100 }).failed, undefined)
})

test('a run that has failed or was cancelled says so at once', () => {
  const failed = aRun({ state: 'failed', runMs: undefined, error: 'executor is forbidden' })
  assert.equal(
    onEventLoop(facts({ entries: [failed] })).failed,
    'The run has failed: executor is forbidden',
  )
  const cancelled = aRun({ state: 'cancelled', runMs: undefined })
  assert.equal(onEventLoop(facts({ entries: [cancelled] })).failed, 'The run was cancelled.')
})

for (const executor of ['thread', 'queue'] as const) {
  const run = aRun({ executor })
  const check = elsewhere(executor)

  test(`on a ${executor} the bystander is to feel less than a tenth`, () => {
    const verdict = check(facts({ entries: [run], samples: samplesOf(() => 12) }))
    assert.ok(met(verdict).every((isMet) => isMet))
    assert.equal(verdict.isDone, true)
    assert.match(verdict.measured, /asked 16 times meanwhile and waited 12 ms at most; .* 3,000 ms/)
  })

  test(`on a ${executor} a machine that is busy otherwise is told, and what was seen`, () => {
    const verdict = check(
      facts({ entries: [run], now: 8000, samples: samplesOf((at) => (at === 2000 ? 300 : 12)) }),
    )
    assert.equal(met(verdict).at(-1), false)
    assert.match(verdict.failed ?? '', /more than a tenth: something else/)
    assert.match(verdict.measured, /300 ms at most/)
  })

  test(`on a ${executor} waits before and after the run do not count`, () => {
    const latency = (dueAt: number) => (dueAt < 1000 || dueAt > 4000 ? 900 : 12)
    assert.equal(check(facts({ entries: [run], samples: samplesOf(latency) })).isDone, true)
  })

  test(`on a ${executor} no step is done before every light request has its answer`, () => {
    const seen = facts({ entries: [run], samples: samplesOf(() => 12), pending: [3900], now: 4100 })
    assert.equal(check(seen).isDone, false)
    assert.equal(check({ ...seen, now: 60_000 }).failed, undefined)
    assert.equal(check({ ...seen, pending: [4100] }).isDone, true)
  })

  test(`on a ${executor} a bystander who rested has seen nothing`, () => {
    const verdict = check(facts({ entries: [run], now: 8000 }))
    assert.equal(verdict.isDone, false)
    assert.match(verdict.failed ?? '', /rests while this page is hidden/)
  })
}

test('an error that comes quickly is no answer: with one that failed no step is done', () => {
  const run = aRun({ executor: 'thread' })
  const some = samplesOf(() => 2).map((each) =>
    each.dueAt === 2000 || each.dueAt === 2200
      ? { ...each, instance: 'nginx', failed: true }
      : each,
  )
  const one = some.map((each) => (each.dueAt === 2000 ? { ...each, failed: false } : each))
  const verdict = (samples: Sample[]) =>
    elsewhere('thread')(facts({ entries: [run], samples, now: 8000 }))
  assert.equal(met(verdict(some)).at(-1), false)
  assert.match(verdict(some).failed ?? '', /^2 requests of the bystander failed meanwhile/)
  assert.match(verdict(some).measured, /asked 14 times meanwhile/)
  assert.match(verdict(one).failed ?? '', /^A request of the bystander failed meanwhile/)
})

test('those that failed before and after the run do not count', () => {
  const run = aRun({ executor: 'thread' })
  const samples = samplesOf(() => 2).map((each) => ({
    ...each,
    failed: each.dueAt < 1000 || each.dueAt > 4000,
  }))
  assert.equal(elsewhere('thread')(facts({ entries: [run], samples })).isDone, true)
})

test('no attempt is given up while there is no news of the fleet', () => {
  const silent = { ...blocking, fleet: undefined, now: 60_000 }
  const { isDone, failed } = onEventLoop(silent)
  assert.deepEqual([isDone, failed], [false, undefined])
})

test('the queue needs a worker', () => {
  const run = aRun({ executor: 'queue', state: 'waiting', endedAt: undefined, runMs: undefined })
  const verdict = elsewhere('queue')(facts({ fleet: fleetOf(1, 0), entries: [run] }))
  assert.deepEqual(met(verdict), [true, false, false, false])
})

const inTurn = (dueAt: number) => `server-${((dueAt / 200) % 2) + 1}`
const ofThree = facts({
  fleet: fleetOf(3, 1),
  seen: { ...nothing, blocked: { 'server-3': 2800 } },
  entries: [aRun({ server: 'server-3' })],
  samples: samplesOf(
    (at) => (at === 1200 ? 2800 : 6),
    (at) => (at === 1200 ? 'server-3' : inTurn(at)),
  ),
})

test('one of three is blocked, and the others answer: one that was caught may be late', () => {
  const verdict = oneOfThree(ofThree)
  assert.deepEqual(met(verdict), [true, true, true, true, true])
  assert.equal(verdict.isDone, true)
  assert.match(verdict.measured, /^server-1 and server-2 gave 15 answers meanwhile, .* 6 ms; /)
  assert.match(
    verdict.measured,
    /server-3 was blocked .* 1 light request was with it, for 2,800 ms/,
  )
})

test('both others have to answer, and quickly', () => {
  const one = oneOfThree({
    ...ofThree,
    samples: samplesOf(
      () => 6,
      () => 'server-1',
    ),
  })
  assert.deepEqual(met(one), [true, true, true, false, true])
  const slow = oneOfThree({ ...ofThree, samples: samplesOf(() => 301, inTurn), now: 8000 })
  assert.deepEqual(met(slow), [true, true, true, true, false])
  assert.match(slow.failed ?? '', /something else keeps this machine busy/)
})

test('nginx, which says that nobody can answer, is no other server', () => {
  const samples = ofThree.samples.map((each) =>
    each.instance === 'server-2' ? { ...each, instance: 'nginx', failed: true } : each,
  )
  const verdict = oneOfThree({ ...ofThree, samples, now: 8000 })
  assert.deepEqual(met(verdict), [true, true, true, false, true])
  assert.match(verdict.measured, /^server-1 gave/)
  assert.match(verdict.failed ?? '', /failed meanwhile/)
})

test('another server than the one that ran it was blocked: that is not this step', () => {
  const seen = { ...nothing, blocked: { 'server-1': 900 } }
  assert.equal(met(oneOfThree({ ...ofThree, seen }))[2], false)
})

const job = aRun({
  executor: 'queue',
  jobId: 'a',
  attempts: 2,
  worker: 'worker-2',
  endedAt: 22_500,
})
const killing = facts({
  now: 23_000,
  fleet: fleetOf(1, 2),
  seen: { ...nothing, ranOn: ['worker-1', 'worker-2'], lost: ['worker-1'] },
  entries: [job],
})

test('a job whose worker was killed is taken again and completed', () => {
  const verdict = killedWorker(killing)
  assert.deepEqual(met(verdict), [true, true, true, true, true])
  assert.equal(verdict.isDone, true)
  assert.match(verdict.measured, /taken 2 times: first by worker-1, .* by worker-2\. .* 21\.5 s/)
})

test('the same worker, started again, may take it too', () => {
  const seen = { ...nothing, ranOn: ['worker-1'], lost: ['worker-1'] }
  const { isDone, measured } = killedWorker({
    ...killing,
    seen,
    entries: [{ ...job, worker: 'worker-1' }],
  })
  assert.equal(isDone, true)
  assert.match(measured, /last by worker-1, started again/)
})

test('each of its conditions is met in its turn', () => {
  const begun = { ...job, state: 'active' as const, endedAt: undefined, attempts: 1 }
  const seen = { ...nothing, ranOn: ['worker-1'] }
  assert.deepEqual(met(killedWorker({ ...killing, seen: nothing, entries: [] })), [
    true,
    false,
    false,
    false,
    false,
  ])
  assert.deepEqual(met(killedWorker({ ...killing, seen, entries: [begun] })), [
    true,
    true,
    false,
    false,
    false,
  ])
  const lost = { ...seen, lost: ['worker-1'] }
  assert.deepEqual(met(killedWorker({ ...killing, seen: lost, entries: [begun] })), [
    true,
    true,
    true,
    false,
    false,
  ])
  const again = { ...begun, attempts: 2 }
  assert.deepEqual(met(killedWorker({ ...killing, seen: lost, entries: [again] })), [
    true,
    true,
    true,
    true,
    false,
  ])
})

test('another worker that was killed does not count, nor one that was killed too late', () => {
  const seen = { ...nothing, ranOn: ['worker-1'], lost: ['worker-2'] }
  const verdict = killedWorker({
    ...killing,
    seen,
    entries: [{ ...job, attempts: 1 }],
    now: 26_000,
  })
  assert.deepEqual(met(verdict), [true, true, false, false, true])
  assert.equal(verdict.failed, 'The job was done before its worker was killed.')
})
