import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Profile } from '../fit/profile.ts'
import { deploymentOf, sizeOf } from './deployment.ts'
import { headroom } from './headroom.ts'
import type { Question } from './plan.ts'
import {
  exampleProfile,
  exampleQuestion,
  exponentialProfile,
  workSample,
} from './profile.fixture.ts'
import { createSampler } from './sampler.ts'

function room(
  executor: Question['executors'][number],
  instances: number,
  change: Partial<Question>,
  profile: Profile = exampleProfile(),
) {
  const question = exampleQuestion(change)
  const deployment = deploymentOf(question, profile, executor)
  const size = sizeOf(deployment, instances, question.ratePerS)
  return headroom(createSampler(), deployment, instances, size)
}

test('one event loop goes as far as M/M/1 says, and then latency breaks', () => {
  const found = room(
    'event-loop',
    1,
    { ratePerS: 2, targets: [{ share: 0.95, ms: 600 }] },
    exponentialProfile(60),
  )
  // Its sojourn time is exponential with rate μ − λ (L. Kleinrock, Queueing Systems I, 1975, section 5.6).
  const exact = 1000 * (1 / 60 - Math.log(20) / 600)
  assert.ok(Math.abs(found.ratePerS / exact - 1) < 0.02, `${found.ratePerS} is not ${exact}`)
  assert.equal(found.breaks, 'latency')
})

const patient = { targets: [{ share: 0.95, ms: 5000 }] }

test('where lines are short, refusals break first', () => {
  assert.equal(room('thread', 2, { ...patient, ratePerS: 20, lineLimit: 3 }).breaks, 'refusals')
})

test('a percentile that is never done has its cause in what is lost, not in latency', () => {
  const some = { refusedAtMost: 0.2, ratePerS: 40 }
  const refused = room('thread', 2, { ...patient, ...some, lineLimit: 3 })
  assert.equal(refused.breaks, 'refusals')
  assert.equal(room('queue', 2, { ...patient, ...some, deadlineMs: 300 }).breaks, 'deadline')
})

test('where deadlines are short, they break first', () => {
  assert.equal(room('queue', 2, { ...patient, ratePerS: 20, deadlineMs: 300 }).breaks, 'deadline')
})

test('of small tasks the event loops of the servers break first, at the rate that they bear', () => {
  const small = exampleProfile({ alone: workSample([0.2, 0.3]) })
  const found = room('thread', 1, { ratePerS: 500, targets: [{ share: 0.95, ms: 50 }] }, small)
  assert.equal(found.breaks, 'server loop')
  assert.equal(Math.round(found.ratePerS), 1750) // 70% of a second at 0.4 ms each
})

test('however patient requests are, cores are not asked for all that they can do', () => {
  const found = room('event-loop', 1, { ratePerS: 5, targets: [{ share: 0.95, ms: 600_000 }] })
  const capacity = 1000 / 60.4 // 60 ms, and 0.4 ms of HTTP
  assert.ok(found.ratePerS <= 0.98 * capacity && found.ratePerS > 0.96 * capacity)
  assert.equal(found.breaks, 'cores')
})

test('a rate beyond what was measured is marked', () => {
  const within = room('thread', 1, { ratePerS: 10, targets: [{ share: 0.95, ms: 120 }] })
  assert.ok(within.ratePerS < 26 && !within.isOutside)
  assert.ok(room('thread', 1, { ratePerS: 10, ...patient }).isOutside)
})

test('the fewest are as sure of losing none as what they have in reserve', () => {
  const question = { ...patient, ratePerS: 50, lineLimit: 8 }
  const { ratePerS } = room('thread', 3, question)
  const deployment = deploymentOf(exampleQuestion(question), exampleProfile(), 'thread')
  const sample = createSampler().sample(
    deployment,
    { instances: 3, ratePerS, factor: 1, balance: 'least_conn' },
    'sure',
  )
  assert.ok(sample.refused <= 1e-5, `${sample.refused}`)
})
