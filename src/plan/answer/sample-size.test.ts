import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capacityPerS } from './capacity.ts'
import { deploymentOf } from './deployment.ts'
import type { Question } from './plan.ts'
import { exampleProfile, exampleQuestion } from './profile.fixture.ts'
import { type Care, sampleSize } from './sample-size.ts'

function size(
  executor: Question['executors'][number],
  ratePerS: number,
  change: Partial<Question> = {},
  instances = 2,
  care: Care = 'standard',
) {
  const deployment = deploymentOf(exampleQuestion(change), exampleProfile(), executor)
  const balance = deployment.question.balance
  return sampleSize(deployment, { instances, ratePerS, factor: 1, balance }, care)
}

test('the nearer to all that instances can do, the more is simulated, up to a bound', () => {
  const [calm, busy, full] = [30, 60, 62.5].map((ratePerS) => size('thread', ratePerS)!)
  assert.ok(calm!.requests < busy!.requests && busy!.requests < full!.requests)
  assert.ok(calm!.warmUp < busy!.warmUp && busy!.warmUp < full!.warmUp)
  assert.equal(full!.requests, 100_000)
})

test('each line settles by itself where requests do not go to the shortest one', () => {
  const warmUp = (balance: Question['balance'], care: Care = 'sure') =>
    size('thread', 60_000, { balance }, 2000, care)!
  // 95.5% busy.
  const [least, round, random] = [warmUp('least_conn'), warmUp('round_robin'), warmUp('random_two')]
  assert.ok(least.warmUp < round.warmUp && round.warmUp < random.warmUp)
  assert.ok(Math.abs(random.warmUp / ((4 * 4000) / 0.0447) - 1) < 0.02, `${random.warmUp}`)
  for (const { isSettled } of [least, round, random]) assert.ok(isSettled)
  assert.ok(!warmUp('random_two', 'quick').isSettled)
})

test('a sample has several deaths in it, and what they bring about, or says that it has not', () => {
  const at = (meanBetweenMs: number, care: Care = 'standard') =>
    size('queue', 30, { failures: { meanBetweenMs, downMs: 2000, handBackMs: 10_000 } }, 2, care)!
  // Ten of two workers in 5 × 502 s, at 30/s.
  assert.equal(at(500_000).requests, 75_300)
  assert.ok(at(500_000).hasDeaths)
  assert.equal(at(500_000, 'sure').requests, 150_000)
  const rare = at(1e9)
  assert.deepEqual([rare.hasDeaths, rare.requests], [false, 40_000])
  // All that is affordable, where it matters.
  assert.deepEqual([at(1e9, 'sure').requests, at(1e9, 'sure').seeds], [600_000, 1])
})

test('many that die need as long a time as one takes to come back', () => {
  const failures = { meanBetweenMs: 10_000, downMs: 2000, handBackMs: 10_000 }
  assert.equal(size('queue', 3000, { failures }, 200)!.requests, 180_000)
})

test('a sample has whole cycles of bursts, however long they are', () => {
  const arrivals = { kind: 'bursts', times: 3, everyMs: 60_000, lengthMs: 10_000 } as const
  assert.equal(size('queue', 50, { arrivals })!.requests % 3000, 0)
  assert.equal(size('queue', 5000, { arrivals }, 200)!.requests, 300_000)
})

test('more than instances can do is simulated once lines are full, if they ever are', () => {
  assert.equal(size('event-loop', 40), null)
  assert.equal(size('queue', 63.3, { queueLimit: 100_000 }), null)
  // Two lines of 64 fill with what is too much of each request: 1 − 63.2/100.
  const { warmUp } = size('thread', 100)!
  assert.ok(Math.abs(warmUp - 128 / 0.372) < 10, `${warmUp}`)
  // A queue that gets twice what it can do is as long as its deadline after twice that time.
  const deployment = deploymentOf(exampleQuestion(), exampleProfile(), 'queue')
  const twicePerS = 4 * capacityPerS(deployment, 1)
  const deadline = size('queue', twicePerS, { deadlineMs: 3000 })!
  assert.ok(Math.abs(deadline.warmUp - 3 * twicePerS) < 5, `${deadline.warmUp}`)
  // Nothing leaves an event loop before its end.
  assert.equal(size('event-loop', 66.2, { deadlineMs: 3000 }), null)
})
