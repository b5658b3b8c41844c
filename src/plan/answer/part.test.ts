import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deploymentOf } from './deployment.ts'
import { partOf } from './part.ts'
import type { Question } from './plan.ts'
import { exampleProfile, exampleQuestion, exponentialProfile } from './profile.fixture.ts'
import type { Care } from './sample-size.ts'

function part(
  executor: Question['executors'][number],
  [instances, ratePerS]: [number, number],
  change: Partial<Question> = {},
  care: Care = 'quick',
  profile = exampleProfile(),
) {
  const deployment = deploymentOf(exampleQuestion(change), profile, executor)
  const { balance } = deployment.question
  const setting = { instances, ratePerS, factor: 1, balance }
  const found = partOf(deployment, setting, care)
  return { ...found, isWhole: found.setting === setting && found.deployment === deployment }
}

const bursts = { kind: 'bursts', times: 3, everyMs: 60_000, lengthMs: 10_000 } as const

test('few instances, and one line however long, are simulated as they are', () => {
  assert.ok(part('thread', [5, 100]).isWhole)
  assert.ok(part('thread', [2000, 50_000]).isWhole)
  assert.ok(part('queue', [2000, 50_000], { balance: 'random_two' }).isWhole)
})

test('of many lines a part tells as much, unless a sample is to be sure', () => {
  const { setting } = part('thread', [2000, 50_000], { balance: 'random_two' })
  assert.deepEqual([setting.instances, setting.ratePerS], [250, 6250])
  assert.ok(part('thread', [2000, 50_000], { balance: 'random_two' }, 'sure').isWhole)
})

test('in turn, lines are so many that their arrivals are more even than their tasks', () => {
  const round = { balance: 'round_robin' } as const
  // Tasks of 52 to 68 ms: their variance is 16² / 12, over 60² it is 0.0059.
  assert.equal(part('thread', [2000, 50_000], round).setting.instances, 1688)
  const variable = part('thread', [2000, 30_000], round, 'quick', exponentialProfile(60))
  assert.equal(variable.setting.instances, 250)
})

test('where a burst has too many requests, a part of the instances has its part of them', () => {
  const { setting, deployment } = part('queue', [200, 4000], { arrivals: bursts })
  // 240,000 in a minute.
  assert.equal(setting.instances, 83)
  assert.ok(Math.abs(setting.ratePerS - 83 * 20) < 1e-9)
  assert.equal(deployment.question.queueLimit, 4150)
  assert.equal(deployment.question.arrivals, bursts)
})

test('a burst that has too many even for few instances is shorter', () => {
  const arrivals = { ...bursts, everyMs: 6_000_000, lengthMs: 1_000_000 }
  const { setting, deployment } = part('queue', [4, 100], { arrivals })
  assert.equal(setting.instances, 4)
  assert.deepEqual(deployment.question.arrivals, {
    ...arrivals,
    everyMs: 1_000_000,
    lengthMs: 1_000_000 / 6,
  })
})

test('where more comes than goes, few instances tell of all', () => {
  assert.equal(part('thread', [2000, 70_000], {}, 'sure').setting.instances, 40)
})

test('a part is small enough for a sample to see what happens after a death', () => {
  const failures = { meanBetweenMs: 1e6, downMs: 2000, handBackMs: 10_000 }
  // Five times 12 s of 50,000/s are 3 million.
  assert.equal(part('queue', [2000, 50_000], { failures }, 'sure').setting.instances, 166)
  // Nobody hands back what a server had.
  assert.equal(part('thread', [2000, 50_000], { failures }, 'sure').setting.instances, 1000)
})
