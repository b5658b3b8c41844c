import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deploymentOf } from './deployment.ts'
import type { Question } from './plan.ts'
import { predict } from './predict.ts'
import {
  exampleProfile,
  exampleQuestion,
  exponentialProfile,
  workSample,
} from './profile.fixture.ts'
import { createSampler } from './sampler.ts'
import { endsOf } from './uncertainty.ts'

type Executor = Question['executors'][number]

function predicted(
  executor: Executor,
  instances: number,
  change: Partial<Question> = {},
  profile = exampleProfile(),
) {
  const deployment = deploymentOf(exampleQuestion(change), profile, executor)
  return predict(createSampler(), deployment, instances, endsOf(deployment))
}

test('each percentile lies within its interval, and percentiles ascend', () => {
  for (const executor of ['thread', 'queue', 'event-loop'] as const) {
    const { p50, p95, p99 } = predicted(executor, 5)
    for (const { low, ms, high } of [p50, p95, p99]) assert.ok(low < ms && ms < high)
    assert.ok(p50.ms < p95.ms && p95.ms < p99.ms)
  }
})

test('a machine with many cores is uncertain only as far as they are used', () => {
  const cores = { coresEach: 16, threadsEach: 16, targets: [{ share: 0.95, ms: 1000 }] }
  // Two at once at most, of which one is known to be as fast as alone, and two were measured.
  const calm = predicted('thread', 1, { ...cores, ratePerS: 0.5 })
  assert.ok(calm.p50.high / calm.p50.ms < 1.035, `${calm.p50.high} of ${calm.p50.ms}`)
  const busy = predicted('thread', 1, { ...cores, ratePerS: 120 })
  assert.ok(busy.p50.high / busy.p50.ms > 1.2, `${busy.p50.high} of ${busy.p50.ms}`)
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

test('a bystander waits as long whether or not tasks are late for a deadline', () => {
  const at = (deadlineMs: number | null) =>
    predicted('event-loop', 1, { ratePerS: 14, deadlineMs, refusedAtMost: 1 })
  const [late, patient] = [at(100), at(null)]
  assert.ok(late.expired > 0.1)
  assert.equal(late.bystanderP99Ms, patient.bystanderP99Ms)
})

test('cores are busy with HTTP, too, where it is done between tasks and no gap was measured', () => {
  const profile = exampleProfile({ alone: workSample([0.5, 0.7]) })
  profile.executors = profile.executors.map((each) => ({ ...each, gapMs: null }))
  const one = { coresEach: 1, threadsEach: 1, ratePerS: 400 }
  // 0.6 ms of task and 0.4 ms of HTTP each.
  const { utilisation } = predicted('thread', 1, one, profile)
  assert.ok(Math.abs(utilisation - 0.4) < 0.01, `${utilisation}`)
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
