import assert from 'node:assert/strict'
import { afterEach, mock, test } from 'node:test'
import { samples } from '../bystander/samples.ts'
import { now } from '../clock.ts'
import { anInstance } from '../topology/instance.fixture.ts'
import { fleet, link } from '../topology/stream.ts'
import { type Entry, entries } from '../work/entries.ts'
import type { Keeper } from './progress.ts'
import { act, goTo, leave, lost, progress, resume, startOver, verdict, walk } from './state.ts'

/** The walk followed through its signals, as the page's own parts set them; the time is the test's. */

const queue = { waiting: 0, active: 0, limit: 10 }

function keeper(): Keeper {
  let kept: string | null = null
  return {
    getItem: () => kept,
    setItem: (_key, value) => {
      kept = value
    },
  }
}

let end = () => {}

/** Of the page's clock, from its start. */
const setTime = (ms: number) => mock.method(performance, 'now', () => ms)

/** Follows the walk at a time that stands still, with requests that are never answered. */
function follow(kept = keeper()) {
  setTime(10_000)
  link.value = 'live'
  mock.method(globalThis, 'fetch', () => new Promise(() => {}))
  end = walk(kept)
  return kept
}

afterEach(() => {
  end()
  mock.restoreAll()
  entries.value = []
  samples.value = []
  fleet.value = undefined
  link.value = 'connecting'
})

/** Makes true what the first step wants to see. */
function block() {
  act()
  const run = entries.value[0]!
  const blocked = anInstance('server-1', { state: 'blocked', blockedMs: 2500 })
  fleet.value = { instances: [blocked], queue }
  fleet.value = { instances: [anInstance('server-1')], queue }
  samples.value = [{ dueAt: now() + 50, latencyMs: 2950, instance: 'server-1', failed: false }]
  entries.value = [
    { ...run, state: 'completed', server: 'server-1', endedAt: now() + 3000, runMs: 3000 } as Entry,
  ]
}

test('a step that is done stays so, with what was measured', () => {
  follow()
  fleet.value = { instances: [anInstance('server-1')], queue }
  assert.equal(verdict.value.isDone, false)
  block()
  assert.equal(progress.value.outcomes[0]?.maxMs, 2950)
  entries.value = []
  fleet.value = { instances: [], queue }
  assert.match(progress.value.outcomes[0]?.measured ?? '', /2,950 ms at most/)
})

test('a walk that was left is resumed where it was', () => {
  const kept = follow()
  block()
  goTo(1)
  leave()
  end()
  end = walk(kept)
  assert.deepEqual(
    [progress.value.step, progress.value.isOpen, Object.keys(progress.value.outcomes)],
    [1, false, ['0']],
  )
  resume()
  assert.equal(progress.value.isOpen, true)
})

test('what happens while it is left does not count', () => {
  follow()
  leave()
  block()
  assert.deepEqual(progress.value.outcomes, {})
  setTime(20_000)
  resume()
  assert.deepEqual(progress.value.outcomes, {})
})

test('what is known of the fleet does not count while there is no news', () => {
  follow()
  fleet.value = { instances: [anInstance('worker-1')], queue }
  link.value = 'lost'
  act()
  block()
  assert.deepEqual(progress.value.outcomes, {})
  assert.equal(verdict.value.conditions[0]?.isMet, false)
  // Who has gone meanwhile was not killed in this attempt.
  link.value = 'live'
  assert.deepEqual(lost.value, [])
})

test('a step that is done again is judged anew', () => {
  follow()
  block()
  setTime(20_000)
  act()
  assert.deepEqual(progress.value.outcomes, {})
  assert.equal(verdict.value.isRunning, true)
  assert.deepEqual(entries.value[0]?.request.body, {
    task: 'primes',
    params: {},
    executor: 'event-loop',
  })
})

test('starting over forgets all', () => {
  const kept = follow()
  block()
  goTo(3)
  startOver()
  end()
  end = walk(kept)
  assert.deepEqual(progress.value, { step: 0, isOpen: true, outcomes: {} })
})
