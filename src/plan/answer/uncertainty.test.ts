import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deploymentOf } from './deployment.ts'
import type { Question } from './plan.ts'
import { exampleProfile, exampleQuestion } from './profile.fixture.ts'
import { endsOf } from './uncertainty.ts'

const ends = (change: Partial<Question>, executor: Question['executors'][number] = 'thread') =>
  endsOf(deploymentOf(exampleQuestion(change), exampleProfile(), executor))

function near(values: readonly number[], expected: readonly number[]): void {
  assert.equal(values.length, expected.length)
  for (const [index, value] of values.entries())
    assert.ok(Math.abs(value - expected[index]!) < 1e-9, `${values} are not ${expected}`)
}

test('what was measured is as uncertain as the time alone', () => {
  const { fast, slow } = ends({})
  near([fast.factor, slow.factor], [0.97, 1.03])
  for (const { deployment } of [fast, slow]) near(deployment.speeds, [1, 0.95])
})

test('beyond it tasks may be slower beside others, and alone they are not', () => {
  const { fast, slow } = ends({ coresEach: 4, threadsEach: 4 })
  near([fast.factor, slow.factor], [0.97, 1.03])
  // One parameter at its end: sigma 0.03, or kappa 0.01 beside the fitted sigma.
  near(fast.deployment.speeds, [1, 0.95, 1 / 1.06, 1 / 1.09])
  near(slow.deployment.speeds, [1, 0.95, 1 / 1.16, 1 / 1.27])
})

test('an event loop has nobody beside it', () => {
  const { slow } = ends({ coresEach: 16, threadsEach: 16 }, 'event-loop')
  near(slow.deployment.speeds, [1])
})
