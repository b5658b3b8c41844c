import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deploymentOf } from './deployment.ts'
import { exampleProfile, exampleQuestion } from './profile.fixture.ts'
import { createSampler, type Setting } from './sampler.ts'

const deployment = deploymentOf(exampleQuestion(), exampleProfile(), 'thread')
const setting: Setting = { instances: 3, ratePerS: 50, factor: 1, balance: 'least_conn' }

test('a setting is simulated once, however often it is asked for', () => {
  const sampler = createSampler()
  const first = sampler.sample(deployment, setting, 'quick')
  const { requests } = sampler
  assert.ok(requests > 0)
  assert.equal(sampler.sample(deployment, { ...setting }, 'quick'), first)
  assert.equal(sampler.requests, requests)
})

test('what is known with more care is told to those who would be content with less', () => {
  const sampler = createSampler()
  const quick = sampler.sample(deployment, setting, 'quick')
  const sure = sampler.sample(deployment, setting, 'sure')
  assert.notEqual(sure, quick)
  assert.equal(sampler.sample(deployment, setting, 'quick'), sure)
  assert.equal(sampler.sample(deployment, setting, 'standard'), sure)
})

test('the same setting with other speeds is another', () => {
  const sampler = createSampler()
  const slower = { ...deployment, speeds: [1, 0.5] }
  const [as, beside] = [deployment, slower].map((each) => sampler.sample(each, setting, 'quick'))
  assert.ok(beside!.latencyMs(0.95) > 1.2 * as!.latencyMs(0.95))
})

test('of a part of the instances, as many wait as of all', () => {
  const balance = 'random_two'
  const many = { ...setting, instances: 500, ratePerS: 14_000, balance } as const
  const random = deploymentOf(exampleQuestion({ balance }), exampleProfile(), 'thread')
  const sampler = createSampler()
  const [part, all] = (['quick', 'sure'] as const).map((care) => sampler.sample(random, many, care))
  assert.ok(Math.abs(part!.waiting.mean / all!.waiting.mean - 1) < 0.05)
  assert.ok(Math.abs(part!.latencyMs(0.99) / all!.latencyMs(0.99) - 1) < 0.02)
})

test('where more comes than goes and nothing ends that, all are late', () => {
  const loop = deploymentOf(exampleQuestion({ deadlineMs: 500 }), exampleProfile(), 'event-loop')
  const { latencyMs, expired } = createSampler().sample(loop, setting, 'quick')
  assert.equal(latencyMs(0.5), Number.POSITIVE_INFINITY)
  assert.equal(expired, 1)
})
