import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capacityPerS } from './capacity.ts'
import { deploymentOf } from './deployment.ts'
import type { Question } from './plan.ts'
import { exampleProfile, exampleQuestion } from './profile.fixture.ts'
import { sampleSize } from './sample-size.ts'

function size(
  executor: Question['executors'][number],
  ratePerS: number,
  change: Partial<Question> = {},
  instances = 2,
) {
  const deployment = deploymentOf(exampleQuestion(change), exampleProfile(), executor)
  const balance = deployment.question.balance
  return sampleSize(deployment, { instances, ratePerS, factor: 1, balance }, 'standard')
}

test('the nearer to all that instances can do, the more is simulated, up to a bound', () => {
  const [calm, busy, full] = [30, 60, 62.5].map((ratePerS) => size('thread', ratePerS)!)
  assert.ok(calm!.requests < busy!.requests && busy!.requests < full!.requests)
  assert.ok(calm!.warmUp < busy!.warmUp && busy!.warmUp < full!.warmUp)
  assert.equal(full!.requests, 100_000)
})

test('lines that are not always the shortest ones take longer to settle', () => {
  const [least, other] = (['least_conn', 'round_robin'] as const).map((balance) =>
    size('thread', 1400, { balance }, 50),
  )
  assert.ok(least!.warmUp < other!.warmUp)
})

test('a sample has whole cycles of bursts, however long they are', () => {
  const arrivals = { kind: 'bursts', times: 3, everyMs: 60_000, lengthMs: 10_000 } as const
  assert.equal(size('queue', 50, { arrivals })!.requests % 3000, 0)
  assert.equal(size('queue', 5000, { arrivals }, 200)!.requests, 300_000)
})

test('more than instances can do is simulated once lines are full, if they ever are', () => {
  assert.equal(size('event-loop', 40), null)
  assert.equal(size('queue', 66, { queueLimit: 100_000 }), null)
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
