import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deploymentOf } from './deployment.ts'
import { meets, pressure } from './judge.ts'
import { exampleProfile, exampleQuestion } from './profile.fixture.ts'
import { createSampler, type Sample } from './sampler.ts'

const sample = (change: Partial<Sample> = {}): Sample => ({
  latencyMs: (share) => share * 200,
  refused: 0,
  expired: 0,
  waitMs: { mean: 0, p99: 0 },
  utilisation: 0.5,
  occupancy: 0.5,
  waiting: { mean: 0, max: 0 },
  ...change,
})

test('the target that is nearest to being missed is what counts', () => {
  const targets = [
    { share: 0.5, ms: 200 },
    { share: 0.9, ms: 225 },
  ]
  assert.equal(pressure(sample(), exampleQuestion({ targets })), 0.8)
})

test('what is refused and what expires count together, against what may be lost', () => {
  const question = exampleQuestion({ refusedAtMost: 0.04, targets: [{ share: 0.5, ms: 1000 }] })
  assert.equal(pressure(sample({ refused: 0.05, expired: 0.01 }), question), 1.5)
  const none = { ...question, refusedAtMost: 0 }
  assert.equal(pressure(sample({ expired: 1e-6 }), none), Number.POSITIVE_INFINITY)
  assert.equal(pressure(sample(), none), 0.1)
})

const deployment = deploymentOf(exampleQuestion(), exampleProfile(), 'thread')
const setting = (instances: number) => ({
  instances,
  ratePerS: 50,
  factor: 1,
  balance: 'least_conn' as const,
})

test('what is clear takes a small sample, what is near the border a large one', () => {
  const [clear, near] = [createSampler(), createSampler()]
  assert.ok(meets(clear, deployment, setting(8), 'sure'))
  const question = exampleQuestion({ targets: [{ share: 0.95, ms: 166 }] })
  meets(near, { ...deployment, question }, setting(2), 'sure')
  assert.ok(near.requests > 10 * clear.requests, `${near.requests} and ${clear.requests}`)
})

test('what cannot be is not simulated', () => {
  const sampler = createSampler()
  assert.ok(!meets(sampler, deployment, setting(1), 'sure'))
  assert.equal(sampler.requests, 0)
})

test('a setting is simulated once, however often it is asked for', () => {
  const sampler = createSampler()
  const first = sampler.sample(deployment, setting(3), 'quick')
  const { requests } = sampler
  assert.ok(requests > 0)
  assert.equal(sampler.sample(deployment, setting(3), 'quick'), first)
  assert.equal(sampler.requests, requests)
})
