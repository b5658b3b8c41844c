import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../random.ts'
import type { RequestRecord } from '../records/record.ts'
import { anyOf, atOnce, InTurn, type Span, Work, workOf } from './work.ts'

const record = (changes: Partial<RequestRecord>): RequestRecord => ({
  ...{ trial: 0, kind: 'task', due: 0, sent: 1, accepted: null, started: null, ended: 100 },
  ...{ outcome: 'completed', status: 200, ...changes },
})

test('work is known by the run that the service tells of, else by how long the request was open', () => {
  assert.deepEqual(workOf(record({ runMs: 60 }), 'thread'), { from: 40, to: 100 })
  assert.deepEqual(workOf(record({ runMs: 200 }), 'thread'), { from: 1, to: 100 })
  assert.deepEqual(workOf(record({}), 'event-loop'), { from: 1, to: 100 })
})

test("a job's work is from when its start was known; of one that never started there is none", () => {
  assert.deepEqual(workOf(record({ started: 30, runMs: 60 }), 'queue'), { from: 30, to: 100 })
  assert.equal(workOf(record({ outcome: 'failed', reason: 'gave up' }), 'queue'), undefined)
})

test('what was refused was no work', () => {
  assert.equal(workOf(record({ outcome: 'refused', status: 503 }), 'thread'), undefined)
})

test('what was never sent was no work', () => {
  const unsent = record({ outcome: 'failed', reason: 'not sent', status: 0 })
  assert.equal(workOf(unsent, 'thread'), undefined)
})

test('spans that overlap are counted, those that touch are one', () => {
  const steps = atOnce([
    { from: 0, to: 10 },
    { from: 5, to: 20 },
    { from: 20, to: 30 },
    { from: 40, to: 50 },
    { from: 60, to: 60 },
  ])
  assert.deepEqual(steps, [
    { at: 0, count: 1 },
    { at: 5, count: 2 },
    { at: 10, count: 1 },
    { at: 20, count: 1 },
    { at: 30, count: 0 },
    { at: 40, count: 1 },
    { at: 50, count: 0 },
  ])
  assert.deepEqual(anyOf(steps), [
    { from: 0, to: 30 },
    { from: 40, to: 50 },
  ])
})

test('no more are at work at once than can be', () => {
  const open = [0, 1, 2].map((from) => ({ from, to: 10 + from }))
  assert.deepEqual(
    atOnce(open, 1).map(({ count }) => count),
    [1, 1, 1, 1, 1, 0],
  )
})

test('times that are closer to each other than a gap are one', () => {
  const steps = atOnce([
    { from: 0, to: 10 },
    { from: 12, to: 20 },
    { from: 30, to: 40 },
  ])
  assert.deepEqual(anyOf(steps, 5), [
    { from: 0, to: 20 },
    { from: 30, to: 40 },
  ])
})

function workIn(durationMs: number, spans: readonly Span[]): Work {
  const work = new Work(durationMs)
  for (const span of spans) work.add(span)
  return work
}

test('few spans are counted exactly, as far as they lie within the trial', () => {
  const spans = [
    { from: -5, to: 10 },
    { from: 5, to: 2000 },
    { from: 1500, to: 1600 },
  ]
  assert.deepEqual(workIn(1000, spans).steps(), [
    { at: 0, count: 1 },
    { at: 5, count: 2 },
    { at: 10, count: 1 },
    { at: 1000, count: 0 },
  ])
})

test('of many spans the picture stays the same, with no more steps than pixels', () => {
  // Of 10 pixels each: three at once, two, none.
  const pixel = 4760 / 476
  const spans = Array.from({ length: 476 }, (_, index) => {
    const from = index * pixel
    const count = [3, 2, 0][Math.floor(index / 10) % 3]!
    return Array.from({ length: count * 10 }, (_, part) => ({
      from: from + (part % 10) * (pixel / 10),
      to: from + ((part % 10) + 1) * (pixel / 10),
    }))
  }).flat()
  assert.ok(spans.length > 5000)
  const steps = workIn(4760, spans).steps()
  assert.deepEqual(
    steps.slice(0, 4).map(({ at, count }) => [Math.round(at), count]),
    [
      [0, 3],
      [100, 2],
      [200, 0],
      [300, 3],
    ],
  )
  assert.equal(steps.length, 48)
  assert.deepEqual(
    steps,
    workIn(4760, spans.toReversed())
      .steps()
      .map(({ at, count }) => ({ at, count })),
  )
})

test('of many spans the count is never above the true one, nor below one where there was work', () => {
  const random = createRandom(8)
  const spans = Array.from({ length: 3000 }, () => {
    const from = 60_000 * random()
    return { from, to: from + 200 * random() ** 3 }
  })
  const exact = Math.max(...atOnce(spans).map(({ count }) => count))
  const sliced = workIn(60_000, spans).steps()
  const most = Math.max(...sliced.map(({ count }) => count))
  assert.ok(most <= exact && most > exact / 2, `${most} of ${exact}`)
  const busy = (each: readonly Span[]) => each.reduce((sum, { from, to }) => sum + to - from, 0)
  const [shown, true_] = [busy(anyOf(sliced)), busy(anyOf(atOnce(spans)))]
  assert.ok(shown >= true_, `${shown} ms of ${true_}`)
  assert.ok(sliced.every(({ count }) => Number.isInteger(count)))
  assert.equal(
    Math.max(
      ...workIn(60_000, spans)
        .steps(1)
        .map(({ count }) => count),
    ),
    1,
  )
})

test('what an event loop has done in turn and answered at once is put one after another', () => {
  const inTurn = new InTurn()
  const place = (server: string, from: number, to: number) => inTurn.place(server, { from, to })
  assert.deepEqual(place('server-1', 0, 500), { from: 0, to: 500 })
  // Three that ended together: 1500 ms of work since the last one, but for what the network took.
  assert.deepEqual(place('server-1', 1500, 2000), { from: 1500, to: 2000 })
  assert.deepEqual(place('server-1', 1501, 2001), { from: 1000, to: 1500 })
  assert.deepEqual(place('server-1', 1502, 2002), { from: 500, to: 1000 })
  // The next one begins as they end.
  assert.deepEqual(place('server-1', 1995, 2500), { from: 1995, to: 2500 })
  // Another server has a loop of its own.
  assert.deepEqual(place('server-2', 1500, 2000), { from: 1500, to: 2000 })
})
