import assert from 'node:assert/strict'
import { test } from 'node:test'
import { examplePlan, infeasiblePlan, largePlan, without } from './plan.fixture.ts'
import { planTable } from './table.ts'

test('a row an executor, what is outside of what was measured marked and explained, then what changes', () => {
  assert.equal(
    planTable(examplePlan()),
    [
      '                                         latency, ms          waiting           enough    breaks',
      'executor    servers  workers  cores  p50   p95   p99  busy  mean  max  refused  to, /s     first',
      'event-loop       5*        —      5  84*  283*  428*   66%   1.3   17       0%   58.2*   latency',
      'thread            2        —      4   79   227   334   87%   2.4   29    0.02%    54.5  refusals',
      'queue             1        2      5   82   262   393   87%   2.9   41       0%    53.9   latency',
      '* event-loop: not just what was measured: 5 servers were not measured, but 1; rates above 14.8/s',
      '  were not measured on the event loop; likely 5 to 6 servers, p95 263 to 317 ms',
      '',
      '                            event-loop   thread             queue',
      'if                             servers  servers  servers  workers',
      '55/s come (× 1.1)               5 (±0)   3 (+1)        1   3 (+1)',
      '60/s come (× 1.2)               6 (+1)   3 (+1)        1   3 (+1)',
      '75/s come (× 1.5)               7 (+2)   3 (+1)        1   3 (+1)',
      '100/s come (× 2)                9 (+4)   4 (+2)        1   4 (+2)',
      'tasks take longer (× 1.1)       5 (±0)   3 (+1)        1   2 (±0)',
      'tasks take longer (× 1.25)      6 (+1)   3 (+1)        1   3 (+1)',
      '',
      '                                        latency, ms',
      'balancing, 2 servers (thread)  p50  p95  p99  p99.9  refused',
      'least_conn                      79  227  334    488    0.02%',
      'round_robin                     86  319  493    741    0.09%',
      'random_two                      82  263  391    570    0.04%',
      '',
    ].join('\n'),
  )
})

test('an executor that cannot do it has no figures, and says why', () => {
  const lines = planTable(infeasiblePlan()).split('\n')
  assert.match(lines[2]!, /^! event-loop( +—)+$/)
  assert.ok(lines.includes('! event-loop: a task alone takes 64 ms, and 60 ms are asked for'))
  assert.doesNotMatch(planTable(infeasiblePlan()), /\*/)
})

test('where nothing suffices at all, the reasons are all there is to say', () => {
  const plan = examplePlan()
  const answers = plan.answers.map((answer) => without(answer, `no: ${answer.executor}`))
  const text = planTable({ ...plan, answers, policies: [] })
  assert.equal(text.match(/^! .*: no: /gm)?.length, 3)
  assert.equal(text.split('\n').length, 2 + 3 + 3 + 1)
})

test('three executors with thousands of instances fit 100 columns', () => {
  for (const line of planTable(largePlan()).split('\n'))
    assert.ok(line.length <= 100, `${line.length}: ${line}`)
})

test('without the queue there is no column of workers; requests that expire have one', () => {
  const plan = examplePlan()
  const [, thread] = plan.answers
  assert.doesNotMatch(planTable({ ...plan, answers: [thread!] }), /workers|expired/)
  const expiring = { ...thread!, predicted: { ...thread!.predicted!, expired: 0.0123 } }
  const [, head, row] = planTable({ ...plan, answers: [expiring] }).split('\n')
  assert.match(head!, /refused {2}expired/)
  assert.match(row!, / 0\.02% +1\.2% /)
})

test('a change that nothing suffices for says so', () => {
  const plan = examplePlan()
  const [, , queue] = plan.answers
  const sensitivity = queue!.sensitivity.map((each) => ({ ...each, fewest: null, more: null }))
  const text = planTable({ ...plan, answers: [{ ...queue!, sensitivity }] })
  assert.match(text, /^55\/s come \(× 1\.1\) +— {2}none is enough$/m)
})

test('a percentile within which so many are never done is never', () => {
  const plan = examplePlan()
  const [first] = plan.answers
  const never = { ms: Infinity, low: 800, high: Infinity }
  const predicted = { ...first!.predicted!, p95: never, p99: never }
  const text = planTable({ ...plan, answers: [{ ...first!, predicted }] })
  assert.match(text, / never\* {2}never\* /)
  assert.match(text, /p95 800 to\s+never$/m)
})
