import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Plan } from '../answer/plan.ts'
import { planJson } from './json.ts'
import { examplePlan } from './plan.fixture.ts'

const parsed = (plan: Plan): Plan => JSON.parse(JSON.stringify(planJson(plan)))

test('the JSON of a plan has all of it, the verdict before the figures, and the profile last but one', () => {
  const plan = examplePlan()
  const json = parsed(plan)
  assert.deepEqual(Object.keys(json), [
    ...['format', 'verdict', 'question', 'answers', 'policies', 'profile', 'simulated'],
  ])
  assert.deepEqual(json.question, plan.question)
  assert.deepEqual(Object.keys(json.answers[0]!), Object.keys(plan.answers[0]!))
  assert.deepEqual(json.answers[1]?.fewest, plan.answers[1]?.fewest)
})

test('what was computed has four digits, and what was asked or counted stands as it is', () => {
  const plan = examplePlan()
  plan.question.ratePerS = 51.23456
  plan.profile.params = { limit: 0.123456 }
  plan.simulated = { requests: 6_412_345, ms: 2910.123 }
  const [first] = plan.answers
  first!.predicted = { ...first!.predicted!, utilisation: 0.66234567 }
  const json = parsed(plan)
  assert.equal(json.question.ratePerS, 51.23456)
  assert.deepEqual(json.profile.params, { limit: 0.123456 })
  assert.deepEqual(json.simulated, { requests: 6_412_345, ms: 2910 })
  assert.equal(json.answers[0]?.predicted?.utilisation, 0.6623)
})

test('samples are lists of numbers, from whatever kind of array', () => {
  const plan = examplePlan()
  const values = Float64Array.of(1.23456, 2)
  plan.profile.alone = { ...plan.profile.alone, valuesMs: values as unknown as number[] }
  assert.deepEqual(parsed(plan).profile.alone.valuesMs, [1.235, 2])
})

test('the gaps of a long trace are counted, those of a short one are given', () => {
  const plan = examplePlan()
  const trace = (length: number) => ({
    kind: 'trace' as const,
    name: 'monday.txt',
    gapsMs: Array.from({ length }, () => 12.5),
  })
  plan.question.arrivals = trace(3)
  assert.deepEqual(parsed(plan).question.arrivals, trace(3))
  plan.question.arrivals = trace(100_000)
  assert.deepEqual(parsed(plan).question.arrivals, {
    kind: 'trace',
    name: 'monday.txt',
    gaps: 100_000,
  })
})
