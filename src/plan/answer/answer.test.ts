import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from '../../usage-error.ts'
import { answerQuestion } from './answer.ts'
import { exampleProfile, exampleQuestion, quantilesOf, workSample } from './profile.fixture.ts'

const plan = answerQuestion(exampleQuestion(), exampleProfile())
const [thread, queue, loop] = plan.answers

test('the example takes two servers, or two workers, or four event loops', () => {
  assert.deepEqual(
    plan.answers.map(({ executor, fewest }) => [executor, fewest]),
    [
      ['thread', { servers: 2, workers: 0, cores: 4 }],
      ['queue', { servers: 1, workers: 2, cores: 5 }],
      ['event-loop', { servers: 4, workers: 0, cores: 4 }],
    ],
  )
})

test('what is predicted meets what is asked, and the headroom goes at least as far', () => {
  for (const { predicted, headroom } of plan.answers) {
    assert.ok(predicted!.p95.ms <= 200)
    assert.ok(headroom!.ratePerS >= 50)
  }
})

test('the interval of the number holds the number', () => {
  for (const { fewest, instancesInterval } of plan.answers) {
    const instances = fewest!.workers || fewest!.servers
    assert.ok(instancesInterval!.low <= instances && instances <= instancesInterval!.high)
  }
})

test('more of anything never takes fewer, and what the headroom has takes no more', () => {
  for (const { sensitivity, headroom } of plan.answers) {
    const rates = sensitivity.filter(({ change }) => change === 'rate')
    assert.deepEqual(
      rates.map(({ times }) => times),
      [1.1, 1.2, 1.5, 2],
    )
    for (const [index, { more, ratePerS }] of rates.entries()) {
      assert.ok(more! >= (rates[index - 1]?.more ?? 0))
      assert.equal(more === 0, ratePerS <= headroom!.ratePerS)
    }
  }
})

test('curves ascend in rate, and what they cost are cores at their price', () => {
  const { latency, beside, instances } = thread!.curves!
  for (const points of [latency, instances, ...beside.map((each) => each.points)])
    for (const [index, { ratePerS }] of points.entries())
      assert.ok(index === 0 || ratePerS > points[index - 1]!.ratePerS)
  assert.deepEqual(
    beside.map((each) => each.instances),
    [1, 3],
  )
  assert.ok(instances.every(({ cost, cores }) => cost === cores))
  const priced = answerQuestion(
    exampleQuestion({ executors: ['thread'], corePrice: 0.05 }),
    exampleProfile(),
  )
  assert.ok(priced.answers[0]!.curves!.instances.every(({ cost, cores }) => cost === cores * 0.05))
})

test('policies are compared with the servers of the first executor that balances', () => {
  assert.deepEqual(
    plan.policies.map(({ balance }) => balance),
    ['least_conn', 'round_robin', 'random_two'],
  )
  const alone = answerQuestion(exampleQuestion({ executors: ['queue'] }), exampleProfile())
  assert.deepEqual(alone.policies, [])
})

test('the same question has the same answer, another seed nearly', () => {
  const question = exampleQuestion({ executors: ['queue'] })
  const { simulated, ...first } = answerQuestion(question, exampleProfile())
  const { simulated: again, ...second } = answerQuestion(question, exampleProfile())
  assert.deepEqual(first, second)
  assert.equal(simulated.requests, again.requests)
  const other = answerQuestion({ ...question, seed: 2 }, exampleProfile()).answers[0]!
  assert.deepEqual(other.fewest, queue!.fewest)
  assert.notEqual(other.predicted!.p95.ms, queue!.predicted!.p95.ms)
  assert.ok(Math.abs(other.predicted!.p95.ms / queue!.predicted!.p95.ms - 1) < 0.05)
})

test('cheap requests wait on the event loop, and nowhere else', () => {
  assert.ok(loop!.predicted!.bystanderP99Ms! > 60)
  assert.equal(thread!.predicted!.bystanderP99Ms, null)
})

test('where nothing suffices there is a reason and no figure', () => {
  const impossible = answerQuestion(
    exampleQuestion({ targets: [{ share: 0.95, ms: 69.5 }] }),
    exampleProfile(),
  )
  const [onThreads, , onLoop] = impossible.answers
  assert.equal(onThreads!.fewest, null)
  assert.match(onThreads!.why!, /^even without any wait 95 of 100 take up to /)
  assert.deepEqual(
    [onThreads!.predicted, onThreads!.curves, onThreads!.headroom],
    [null, null, null],
  )
  assert.notEqual(onLoop!.fewest, null)
})

test('an executor that the profile does not have is a mistake of the user', () => {
  const profile = exampleProfile({ executors: [] })
  assert.throws(() => answerQuestion(exampleQuestion(), profile), UsageError)
})

for (const balance of ['least_conn', 'random_two'] as const)
  test(`a thousand instances are answered for with ten million simulated requests, by ${balance}`, () => {
    const large = answerQuestion(
      exampleQuestion({
        ratePerS: 100_000,
        targets: [{ share: 0.95, ms: 60 }],
        queueLimit: 1_000_000,
        balance,
      }),
      exampleProfile({ alone: workSample(quantilesOf((share) => 13 + 4 * share)) }),
    )
    for (const { fewest, predicted } of large.answers) {
      assert.ok(fewest!.cores > 1500 && fewest!.cores < 2500)
      assert.ok(predicted!.p95.ms <= 60)
    }
    assert.ok(large.simulated.requests < 10e6, `${large.simulated.requests}`)
    const [leastConn, roundRobin] = large.policies
    assert.ok(leastConn!.p99 < roundRobin!.p99)
  })
