import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AtHand, createHand, suspectAfterStalls } from './at-hand.ts'

function start(job: AtHand, agoMs = 0): AtHand {
  job.startedAt = performance.now() - agoMs
  return job
}

/** Whether the job may run by now. */
async function mayRun(turn: Promise<void>): Promise<boolean> {
  return Promise.race([turn.then(() => true), new Promise<boolean>((r) => setImmediate(r, false))])
}

const reasonOf = ({ stop: { signal } }: AtHand) => (signal.aborted ? signal.reason : undefined)

test('jobs run beside each other, also those under which a few workers have died', async () => {
  const hand = createHand(() => {})
  for (const job of [hand.take('a', 0), hand.take('b', suspectAfterStalls - 1)])
    assert.ok(await mayRun(hand.turnOf(job)))
  assert.equal(hand.size(), 2)
})

test('a job under which many workers have died runs alone', async () => {
  let changes = 0
  const hand = createHand(() => changes++)
  const running = start(hand.take('running', 0))
  const held = hand.take('held', 0)
  const suspect = hand.take('suspect', suspectAfterStalls)
  assert.ok(hand.isIsolating())
  // What runs may end; what does not run yet goes back, and so does what still comes.
  assert.equal(reasonOf(running), undefined)
  assert.equal(reasonOf(held), 'held')
  assert.equal(reasonOf(hand.take('late', 0)), 'held')
  assert.equal(reasonOf(hand.take('another suspect', suspectAfterStalls + 1)), 'held')
  const turn = hand.turnOf(suspect)
  assert.equal(await mayRun(turn), false)
  for (const job of [held, running]) hand.leave(job)
  assert.equal(await mayRun(turn), false, 'two that came late are still there')
})

test('its turn comes when all others have left, and afterwards jobs run beside each other again', async () => {
  const hand = createHand(() => {})
  const running = start(hand.take('running', 0))
  const suspect = hand.take('suspect', suspectAfterStalls)
  const turn = hand.turnOf(suspect)
  assert.equal(await mayRun(turn), false)
  hand.leave(running)
  assert.equal(await mayRun(turn), true)
  hand.leave(suspect)
  assert.ok(!hand.isIsolating())
  assert.equal(reasonOf(hand.take('next', 0)), undefined)
})

test('a suspect that is ended while it waits for its turn need not wait any longer', async () => {
  const hand = createHand(() => {})
  start(hand.take('running', 0))
  const suspect = hand.take('suspect', suspectAfterStalls)
  const turn = hand.turnOf(suspect)
  hand.abort('suspect', 'cancelled')
  assert.equal(await mayRun(turn), true)
  assert.equal(reasonOf(suspect), 'cancelled')
})

test('while stopping, what has not begun goes back, and what cannot end in time', () => {
  const hand = createHand(() => {})
  const waiting = hand.take('waiting', 0)
  const unknown = start(hand.take('unknown', 0), 1000)
  const early = start(hand.take('early', 0), 1000)
  const late = start(hand.take('late', 0), 1000)
  hand.progress(early, 0.01) // 99 s are left
  hand.progress(late, 0.99) // 10 ms are left
  hand.stopWithin(5000)
  assert.deepEqual([waiting, unknown, early, late].map(reasonOf), [
    'stopping',
    undefined,
    'stopping',
    undefined,
  ])
  hand.progress(unknown, 0.02) // 49 s are left, as it turns out
  assert.equal(reasonOf(unknown), 'stopping')
  assert.equal(reasonOf(hand.take('new', 0)), 'stopping')
})

test('a job that was handed back and taken again is another one', () => {
  const hand = createHand(() => {})
  const first = hand.take('a', 0)
  const second = hand.take('a', 0)
  hand.leave(first)
  assert.deepEqual(hand.ids(), ['a'])
  hand.leave(second)
  assert.equal(hand.size(), 0)
})

test('what goes back, goes back youngest first: each goes before those that are in the queue', () => {
  const hand = createHand(() => {})
  const back: string[] = []
  for (const id of ['first', 'second', 'third'])
    hand.take(id, 0).stop.signal.addEventListener('abort', () => back.push(id))
  hand.stopWithin(0)
  assert.deepEqual(back, ['third', 'second', 'first'])
})
