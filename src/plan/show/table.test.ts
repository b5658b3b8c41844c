import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  endlessPlan,
  examplePlan,
  hopelessPlan,
  infeasiblePlan,
  keptPlan,
  largePlan,
} from './plan.fixture.ts'
import { planTable } from './table.ts'

test('first how many, then how fast, then what changes; what is outside is marked, and what is taken is said', () => {
  assert.equal(planTable(keptPlan()), expected)
})

const expected = [
  '                    the fewest  by the measured    at a cost of  enough   breaks',
  'executor      servers  workers      times alone  cores  an hour  to, /s    first',
  'event-loop *        2        —                2      2    0.084  26.1 *  latency',
  'thread              1        —           1 to 2      2    0.084  24.4    latency',
  'queue *             1        2           1 to 2      5    0.210  54.3 *  latency',
  '',
  '                latency, ms      p95 by the           waiting',
  'executor      p50  p95  p99  measured times  busy   mean  max  refused',
  'event-loop *   77  196  278      175 to 215   72%   0.83   16       0%',
  'thread         90  236  342      209 to 264   76%    1.1   22       0%',
  'queue *        70   80  104        77 to 83   38%  0.031    8       0%',
  '',
  '                            event-loop    thread               queue',
  'if                             servers   servers   servers   workers',
  '26.4/s come (× 1.1)           3 (+1) *  2 (+1) *  1 (±0) *  2 (±0) *',
  '28.8/s come (× 1.2)           3 (+1) *  2 (+1) *  1 (±0) *  2 (±0) *',
  '36/s come (× 1.5)             3 (+1) *  2 (+1) *  1 (±0) *  2 (±0) *',
  '48/s come (× 2)               4 (+2) *  2 (+1) *  1 (±0) *  2 (±0) *',
  'tasks take longer (× 1.1)     3 (+1)    2 (+1)    1 (±0)    2 (±0)',
  'tasks take longer (× 1.25)    3 (+1)    2 (+1)    1 (±0)    2 (±0)',
  '',
  '                                            latency, ms',
  'balancing, 2 servers (event-loop)  p50  p95  p99  p99.9  refused',
  'least_conn *                        76  193  276    407       0%',
  'round_robin *                       76  194  278    409       0%',
  'random_two *                        80  197  282    413       0%',
  '',
  '* beyond what was measured: why is said below',
  'Taken for granted: The event loop was measured with one server only: others are taken to be like it.',
  '',
].join('\n')

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
