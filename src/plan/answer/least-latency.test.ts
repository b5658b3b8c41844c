import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deploymentOf } from './deployment.ts'
import { leastLatencyMs, whyImpossible } from './least-latency.ts'
import type { Question } from './plan.ts'
import { exampleProfile, exampleQuestion } from './profile.fixture.ts'

const threads = (change: Partial<Question> = {}) =>
  deploymentOf(exampleQuestion(change), exampleProfile(), 'thread')

test('the least latency is the quantile of each run time with each overhead', () => {
  const deployment = threads()
  const { runMs, gapMs } = deployment.work
  const sums = [...runMs].flatMap((run) =>
    deployment.known.overheadMs.map((overhead) => run * 1.1 + gapMs + overhead),
  )
  sums.sort((a, b) => a - b)
  for (const share of [0.001, 0.5, 0.95, 0.999, 1]) {
    const expected = sums[Math.ceil(share * sums.length - 1e-6) - 1]!
    const found = leastLatencyMs(deployment, share, 1.1)
    assert.ok(Math.abs(found - expected) <= 0.001, `${found} is not ${expected} at ${share}`)
  }
})

test('a target below the time of the task is impossible, and the least is said', () => {
  assert.equal(
    whyImpossible(threads({ targets: [{ share: 0.95, ms: 50 }] }), 1),
    'even without any wait 95 of 100 take up to 69.7 ms, and 50 ms is asked',
  )
})

test('a deadline that more tasks miss than may be lost is impossible', () => {
  const deadlineMs = 60.5 // half of the tasks and their gap take longer
  assert.equal(
    whyImpossible(threads({ deadlineMs, refusedAtMost: 0.1 }), 1),
    '50 of 100 tasks take longer than the deadline of 60.5 ms, even if they begin at once',
  )
  const half = { deadlineMs, refusedAtMost: 0.5, targets: [{ share: 0.5, ms: 200 }] }
  assert.equal(whyImpossible(threads(half), 1), null)
})

test('what misses its deadline is not done by any time, though it may be lost', () => {
  assert.equal(
    whyImpossible(threads({ deadlineMs: 60.5, refusedAtMost: 0.5 }), 1),
    '50 of 100 tasks take longer than the deadline of 60.5 ms, even if they begin at once, and 95 of 100 are to be done',
  )
})

test('instances that die within a few tasks, or sooner than they come back, are no service', () => {
  const dying = (meanBetweenMs: number, downMs: number) =>
    whyImpossible(threads({ failures: { meanBetweenMs, downMs, handBackMs: 8000 } }), 1)
  assert.equal(
    dying(500, 100),
    'instances die after 500 ms and a task takes 60.5 ms: they must last for 605 ms on average',
  )
  assert.equal(
    dying(1500, 2000),
    'instances die after 1.5 s and they are away for 2 s each time: they must last for 2 s on average',
  )
  assert.equal(dying(2000, 2000), null)
})
