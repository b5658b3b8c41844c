import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  endlessPlan,
  examplePlan,
  hopelessPlan,
  infeasiblePlan,
  largePlan,
} from './plan.fixture.ts'
import { planTable } from './table.ts'

test('an executor that cannot do it has no figures, and says why', () => {
  const lines = planTable(infeasiblePlan()).split('\n')
  assert.equal(lines.filter((line) => /^! (thread|queue)( +—)+$/.test(line)).length, 4)
  assert.equal(
    lines.filter((line) => /^! (thread|queue): even without any wait 95 of 100/.test(line)).length,
    2,
  )
  assert.ok(lines.some((line) => /^event-loop \* +\d/.test(line)))
})

test('where nothing suffices at all, the reasons are all there is to say', () => {
  const text = planTable(hopelessPlan())
  assert.equal(text.match(/^! [a-z-]+: even without any wait/gm)?.length, 3)
  assert.doesNotMatch(text, /\d%|\*|come/)
})

test('three executors with thousands of instances fit 100 columns, and numbers have their groups', () => {
  const text = planTable(largePlan())
  for (const line of text.split('\n')) assert.ok(line.length <= 100, `${line.length}: ${line}`)
  assert.doesNotMatch(text.replaceAll(/\d,\d{3}/g, ''), /\d{4}/)
  assert.match(text, / <0\.01%$/m)
})

test('without the queue there is no column of workers; requests that expire have one', () => {
  const plan = examplePlan()
  const [, thread] = plan.answers
  assert.doesNotMatch(planTable({ ...plan, answers: [thread!] }), /workers|expired/)
  const expiring = { ...thread!, predicted: { ...thread!.predicted!, expired: 0.0123 } }
  const text = planTable({ ...plan, answers: [expiring] })
  assert.match(text, /refused {2}expired$/m)
  assert.match(text, / 0% +1\.2%$/m)
})

test('without a price nothing costs anything', () => {
  const plan = examplePlan()
  const answers = plan.answers.map((answer) => ({ ...answer, cost: null }))
  assert.match(planTable(plan), /an hour/)
  assert.doesNotMatch(planTable({ ...plan, answers }), /an hour/)
})

test('the bounds of a number are shown whether or not it is outside of what was measured', () => {
  const plan = examplePlan()
  const answers = plan.answers.map((answer) => ({
    ...answer,
    outside: [],
    instancesInterval: { low: 2, high: 1200 },
  }))
  assert.match(planTable({ ...plan, answers }), /^event-loop +\d+ +— +2 to 1,200 /m)
})

test('what has no end is never, and where no number may be enough that is said', () => {
  const text = planTable(endlessPlan())
  assert.match(text, / never /)
  assert.match(text, / \d or none /)
  assert.match(text, / none is enough/)
  assert.doesNotMatch(text, /Infinity|NaN|∞/)
})
