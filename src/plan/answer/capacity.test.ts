import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capacityPerS, guessInstances, leastInstances, theoreticalWaitMs } from './capacity.ts'
import { deploymentOf } from './deployment.ts'
import type { Question } from './plan.ts'
import { exampleProfile, exampleQuestion, workSample } from './profile.fixture.ts'

const on = (
  executor: Question['executors'][number],
  change: Partial<Question> = {},
  profile = exampleProfile(),
) => deploymentOf(exampleQuestion(change), profile, executor)

/** 60 ms on average, half a millisecond of gap. */
const pair = 2 * 0.95 * (1000 / 60.5)

test('an instance gets done what its cores do, each as fast as it is beside others', () => {
  assert.ok(Math.abs(capacityPerS(on('thread'), 1) - pair) < 1e-9)
  // Its HTTP takes 0.4 ms of the loop.
  assert.ok(Math.abs(capacityPerS(on('event-loop'), 1) - 1000 / 60.4) < 1e-9)
})

test('threads beyond the cores add nothing, fewer threads take away', () => {
  assert.ok(Math.abs(capacityPerS(on('thread', { threadsEach: 8 }), 1) - pair) < 1e-9)
  assert.ok(Math.abs(capacityPerS(on('thread', { threadsEach: 1 }), 1) - 1000 / 60.5) < 1e-9)
})

test('a slower task takes longer, the gap beside it does not', () => {
  assert.ok(Math.abs(capacityPerS(on('thread'), 2) - 2 * 0.95 * (1000 / 120.5)) < 1e-9)
})

test('an instance that is dead for a fifth of the time does a fifth less', () => {
  const failures = { meanBetweenMs: 40_000, downMs: 10_000, handBackMs: 8000 }
  assert.ok(Math.abs(capacityPerS(on('thread', { failures }), 1) / pair - 0.8) < 1e-9)
})

test('instances have two of a hundred parts to spare', () => {
  assert.equal(leastInstances(on('thread'), pair * 3 * 0.979, 1), 3)
  assert.equal(leastInstances(on('thread'), pair * 3 * 0.981, 1), 4)
})

test('where some may be refused, the longest tasks are what nobody counts on', () => {
  const profile = exampleProfile({ alone: workSample([10, 10, 10, 10, 10, 10, 10, 10, 10, 910]) })
  const bare = { overheadCpuMs: null, gapMs: 0 }
  profile.executors = profile.executors.map((each) => ({ ...each, ...bare }))
  const needed = (refusedAtMost: number, executor: Question['executors'][number] = 'thread') =>
    leastInstances(on(executor, { refusedAtMost, coresEach: 1 }, profile), 90, 1)
  assert.equal(needed(0), 10) // 90/s × 100 ms
  assert.equal(needed(0.1), 1) // 90/s × 9 ms
  assert.equal(needed(1), 1)
  // An event loop runs whatever comes.
  assert.equal(needed(0.1, 'event-loop'), 10)
})

test('theory takes more for a higher rate, a stricter target, and bursts', () => {
  const guess = (change: Partial<Question>, ratePerS = 500) =>
    guessInstances(on('queue', change), ratePerS, 1)
  const loose = guess({ targets: [{ share: 0.95, ms: 1000 }] })
  assert.ok(guess({ targets: [{ share: 0.95, ms: 1000 }] }, 1000) > loose)
  assert.ok(guess({ targets: [{ share: 0.999, ms: 90 }] }) > loose)
  const arrivals = { kind: 'bursts', times: 3, everyMs: 10_000, lengthMs: 1000 } as const
  assert.ok(guess({ arrivals, targets: [{ share: 0.95, ms: 1000 }] }) > 2 * loose)
})

test('theory answers even where a target leaves no time to wait', () => {
  const guess = guessInstances(on('queue', { targets: [{ share: 0.95, ms: 60 }] }), 500, 1)
  assert.ok(Number.isInteger(guess) && guess >= 16)
})

test('the wait by theory is that of Pollaczek and Khinchine for one slot', () => {
  const deployment = on('queue', { coresEach: 1, threadsEach: 1 })
  const wait = theoreticalWaitMs(deployment, { instances: 1, ratePerS: 8, factor: 1, running: 0.5 })
  const service = 62 // 2 ms of gap
  const load = (8 * service) / 1000
  const variance = exampleProfile().alone.scv * 60 ** 2
  const exact = (load * service * (1 + variance / service ** 2)) / (2 * (1 - load))
  assert.ok(Math.abs(wait / exact - 1) < 1e-9, `${wait} is not ${exact}`)
})
