import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deploymentOf } from './deployment.ts'
import type { Question } from './plan.ts'
import { predict, workInterval } from './predict.ts'
import { exampleProfile, exampleQuestion, exponentialProfile } from './profile.fixture.ts'
import { createSampler } from './sampler.ts'

type Executor = Question['executors'][number]

function predicted(
  executor: Executor,
  instances: number,
  change: Partial<Question> = {},
  profile = exampleProfile(),
) {
  const deployment = deploymentOf(exampleQuestion(change), profile, executor)
  return predict(createSampler(), deployment, instances)
}

test('each percentile lies within its interval, and percentiles ascend', () => {
  for (const executor of ['thread', 'queue', 'event-loop'] as const) {
    const { p50, p95, p99 } = predicted(executor, 5)
    for (const { low, ms, high } of [p50, p95, p99]) assert.ok(low < ms && ms < high)
    assert.ok(p50.ms < p95.ms && p95.ms < p99.ms)
  }
})

test('what was measured is as uncertain as the time alone', () => {
  const { low, high } = workInterval(deploymentOf(exampleQuestion(), exampleProfile(), 'thread'))
  assert.ok(Math.abs(low - 0.97) < 1e-9 && Math.abs(high - 1.03) < 1e-9)
})

test('more tasks at once than were measured make it more uncertain, as the law does', () => {
  const question = exampleQuestion({ coresEach: 4, threadsEach: 4 })
  const { low, high } = workInterval(deploymentOf(question, exampleProfile(), 'thread'))
  // The law's slowness of 4 at once: 1.15; from 1.09 to 1.24 + 0.12.
  assert.ok(Math.abs(low - (1 - Math.hypot(0.03, 0.06 / 1.15))) < 1e-9, `${low}`)
  assert.ok(Math.abs(high - (1 + Math.hypot(0.03, 0.21 / 1.15))) < 1e-9, `${high}`)
  const loop = workInterval(deploymentOf(question, exampleProfile(), 'event-loop'))
  assert.ok(Math.abs(loop.high - 1.03) < 1e-9)
})

test('theory stands beside the simulation where it holds, and agrees', () => {
  const one = { coresEach: 1, threadsEach: 1 }
  const { theory } = predicted('queue', 5, one, exponentialProfile(60))
  assert.ok(theory !== null)
  assert.ok(Math.abs(theory.waitMs / theory.simulatedWaitMs - 1) < 0.02, JSON.stringify(theory))
})

test('there is no theory of several lines, of deadlines, or of other arrivals', () => {
  assert.equal(predicted('thread', 3).theory, null)
  assert.equal(predicted('queue', 3, { deadlineMs: 10_000 }).theory, null)
  assert.equal(predicted('queue', 3, { arrivals: { kind: 'even' } }).theory, null)
})

test('a bystander waits behind tasks on an event loop only, and about as M/G/1 says', () => {
  assert.equal(predicted('thread', 3).bystanderP99Ms, null)
  const { bystanderP99Ms } = predicted('event-loop', 1, { ratePerS: 10 }, exponentialProfile(60))
  // M/M/1: P(W > t) = ρ exp(−(μ − λ) t), with ρ = 0.6.
  const exact = Math.log(0.6 / 0.01) / (1 / 60 - 0.01)
  assert.ok(Math.abs(bystanderP99Ms! / exact - 1) < 0.05, `${bystanderP99Ms} is not ${exact}`)
})

test('a share that is never done takes for ever', () => {
  const { p50, p99, refused } = predicted('thread', 2, {
    lineLimit: 0,
    ratePerS: 60,
    refusedAtMost: 1,
  })
  assert.ok(refused > 0.01 && refused < 0.5)
  assert.ok(p50.ms < 100)
  assert.equal(p99.ms, Number.POSITIVE_INFINITY)
})
