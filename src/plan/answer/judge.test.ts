import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deploymentOf } from './deployment.ts'
import { meets, pressure } from './judge.ts'
import { exampleProfile, exampleQuestion } from './profile.fixture.ts'
import type { Care } from './sample-size.ts'
import { createSampler, type Sample, type Sampler } from './sampler.ts'

const sample = (change: Partial<Sample> = {}): Sample => ({
  latencyMs: (share) => share * 200,
  refused: 0,
  expired: 0,
  counted: 40_000,
  longestMs: 200,
  waitMs: { mean: 0, p99: 0, max: 0 },
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
})

test('none are lost where fewer are than 1 of 100,000, whatever the sample', () => {
  const none = exampleQuestion({ refusedAtMost: 0, targets: [{ share: 0.5, ms: 1000 }] })
  assert.equal(pressure(sample(), none), 0.1)
  assert.ok(pressure(sample({ expired: 0.9e-5 }), none) < 1)
  assert.ok(pressure(sample({ refused: 0.6e-5, expired: 0.6e-5 }), none) > 1)
})

const sure = { most: 'sure', ofLosses: 'sure' } as const

const deployment = deploymentOf(exampleQuestion(), exampleProfile(), 'thread')
const setting = (instances: number) => ({
  instances,
  ratePerS: 50,
  factor: 1,
  balance: 'least_conn' as const,
})

test('what is clear takes a small sample, what is near the border a large one', () => {
  const [clear, near] = [createSampler(), createSampler()]
  assert.ok(meets(clear, deployment, setting(8), sure))
  const question = exampleQuestion({ targets: [{ share: 0.95, ms: 166 }] })
  meets(near, { ...deployment, question }, setting(2), sure)
  assert.ok(near.requests > 10 * clear.requests, `${near.requests} and ${clear.requests}`)
})

test('what cannot be is not simulated', () => {
  const sampler = createSampler()
  assert.ok(!meets(sampler, deployment, setting(1), sure))
  assert.equal(sampler.requests, 0)
})

/** As a sampler, but each care finds what it is told to. */
function finding(found: Record<Care, Sample>) {
  const asked: Care[] = []
  const sampler: Sampler = {
    requests: 0,
    sample: (_deployment, _setting, care) => {
      asked.push(care)
      return found[care]
    },
  }
  return { sampler, asked }
}

const calm = (change: Partial<Sample> = {}) => sample({ latencyMs: () => 20, ...change })
const judged = (found: Record<Care, Sample>, ofLosses: Care) => {
  const { sampler, asked } = finding(found)
  const isMet = meets(sampler, deployment, setting(8), { most: 'standard', ofLosses })
  return { isMet, asked }
}

test('a small sample that lost one request, or nearly, does not decide whether any is lost', () => {
  const lostOne = calm({ refused: 1 / 20_000, counted: 20_000 })
  // Lines have 64 places, on each of 8 servers.
  const nearlyFull = calm({ waiting: { mean: 10, max: 8 * 40 } })
  const sureOf = calm({ refused: 2 / 300_000, counted: 300_000 })
  for (const unclear of [lostOne, nearlyFull])
    assert.deepEqual(judged({ quick: unclear, standard: unclear, sure: sureOf }, 'sure'), {
      isMet: true,
      asked: ['quick', 'standard', 'sure'],
    })
  // With less effort, what is found by then decides.
  assert.ok(!judged({ quick: lostOne, standard: lostOne, sure: sureOf }, 'standard').isMet)
})

test('lines that were never half full, and many that are lost, are clear at once', () => {
  assert.deepEqual(judged({ quick: calm(), standard: calm(), sure: calm() }, 'sure'), {
    isMet: true,
    asked: ['quick'],
  })
  const many = calm({ refused: 0.01, counted: 20_000 })
  assert.deepEqual(judged({ quick: many, standard: many, sure: calm() }, 'sure'), {
    isMet: false,
    asked: ['quick'],
  })
})

test('waits that come near a deadline do not show that none passes it', () => {
  const question = exampleQuestion({ deadlineMs: 400 })
  const { sampler, asked } = finding({
    quick: calm({ longestMs: 300, waitMs: { mean: 1, p99: 10, max: 200 } }),
    standard: calm({ longestMs: 300, waitMs: { mean: 1, p99: 10, max: 90 } }),
    sure: calm(),
  })
  assert.ok(meets(sampler, { ...deployment, question }, setting(8), sure))
  assert.deepEqual(asked, ['quick', 'standard'])
})
