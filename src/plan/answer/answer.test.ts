import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { UsageError } from '../../usage-error.ts'
import { answerQuestion } from './answer.ts'
import type { Answer, Arrivals, Question } from './plan.ts'
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
    const { low, high } = instancesInterval!
    assert.ok(low <= instances && instances <= high!)
  }
})

test('where tasks may be too slow for any number, the fewest that may do are still told', () => {
  const alone = exampleProfile().alone
  const profile = exampleProfile({ alone: { ...alone, meanInterval: { low: 55, high: 90 } } })
  const question = exampleQuestion({ executors: ['queue'], targets: [{ share: 0.95, ms: 90 }] })
  const [answer] = answerQuestion(question, profile).answers
  const { low, high } = answer!.instancesInterval!
  assert.equal(high, null)
  assert.ok(low >= 1 && low <= answer!.fewest!.workers)
})

test('more of anything never takes fewer, and what the headroom has takes no more', () => {
  for (const { sensitivity, headroom } of plan.answers) {
    const rates = sensitivity.filter(({ change }) => change === 'rate')
    assert.deepEqual(
      rates.map(({ times }) => times),
      [1.1, 1.2, 1.5, 2],
    )
    const added = rates.map(({ more }) => more!.servers + more!.workers)
    for (const [index, { ratePerS }] of rates.entries()) {
      assert.ok(added[index]! >= (added[index - 1] ?? 0))
      assert.equal(added[index] === 0, ratePerS <= headroom!.ratePerS)
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
  const [answer] = priced.answers
  assert.ok(answer!.curves!.instances.every(({ cost, cores }) => cost === cores * 0.05))
  assert.equal(answer!.cost, 4 * 0.05)
  assert.equal(thread!.cost, null)
})

test('a setting has the same figures wherever it is shown', () => {
  const { predicted, curves } = thread!
  const point = curves!.latency.find(({ ratePerS }) => ratePerS === 50)!
  const own = plan.policies!.outcomes.find(({ balance }) => balance === 'least_conn')!
  for (const { p50, p95, p99 } of [point, own])
    assert.deepEqual([p50, p95, p99], [predicted!.p50.ms, predicted!.p95.ms, predicted!.p99.ms])
})

test('more is told of servers and of workers: a queue of small tasks needs more of both', () => {
  const small = exampleProfile({ alone: workSample([0.2, 0.3]) })
  const targets = [{ share: 0.95, ms: 50 }]
  const question = exampleQuestion({ ratePerS: 3000, targets, executors: ['queue'] })
  const [{ sensitivity } = { sensitivity: [] }] = answerQuestion(question, small).answers
  const twice = sensitivity.find(({ change, times }) => change === 'rate' && times === 2)!
  // 0.4 ms of HTTP each: 1750/s a server, so 2 for 3000/s and 4 for 6000/s.
  assert.equal(twice.more!.servers, 2)
  assert.ok(twice.more!.workers > 0)
})

test('policies are compared with the servers of the first executor that balances', () => {
  const { executor, servers, outcomes } = plan.policies!
  assert.deepEqual([executor, servers], ['thread', 2])
  assert.deepEqual(
    outcomes.map(({ balance }) => balance),
    ['least_conn', 'round_robin', 'random_two'],
  )
  const alone = answerQuestion(exampleQuestion({ executors: ['queue'] }), exampleProfile())
  assert.equal(alone.policies, null)
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

const short = workSample(quantilesOf((share) => 13 + 4 * share))

for (const balance of ['least_conn', 'random_two'] as const)
  test(`a thousand instances are answered for with twenty million simulated requests, by ${balance}`, () => {
    const large = answerQuestion(
      exampleQuestion({
        ratePerS: 100_000,
        targets: [{ share: 0.95, ms: 60 }],
        queueLimit: 1_000_000,
        balance,
      }),
      exampleProfile({ alone: short }),
    )
    for (const { fewest, predicted, curves } of large.answers) {
      assert.ok(fewest!.cores > 1500 && fewest!.cores < 2500)
      assert.ok(predicted!.p95.ms <= 60)
      // Samples of different sizes differ.
      for (const [index, { p95 }] of curves!.latency.entries())
        assert.ok(index === 0 || p95 >= 0.995 * curves!.latency[index - 1]!.p95)
    }
    assert.ok(large.simulated.requests < 20e6, `${large.simulated.requests}`)
    const [leastConn, roundRobin, randomTwo] = large.policies!.outcomes
    assert.ok(leastConn!.p99 < roundRobin!.p99 && roundRobin!.p99 < randomTwo!.p99)
  })

const questions = fc.record({
  executor: fc.constantFrom(...exampleQuestion().executors),
  ratePerS: fc.double({ min: 0.01, max: 200, noNaN: true }),
  ms: fc.integer({ min: 80, max: 3000 }),
  refusedAtMost: fc.constantFrom(0, 0.01, 0.1),
  lineLimit: fc.constantFrom(0, 3, 64),
  deadlineMs: fc.constantFrom(null, 90, 500),
  arrivals: fc.constantFrom<Arrivals>(
    { kind: 'poisson' },
    { kind: 'even' },
    { kind: 'bursts', times: 4, everyMs: 20_000, lengthMs: 3000 },
    { kind: 'bursts', times: 3, everyMs: 86_400_000, lengthMs: 3_600_000 },
  ),
  failures: fc.constantFrom(
    null,
    { meanBetweenMs: 100, downMs: 2000, handBackMs: 10_000 },
    { meanBetweenMs: 60_000, downMs: 2000, handBackMs: 10_000 },
    { meanBetweenMs: 1e8, downMs: 2000, handBackMs: 10_000 },
  ),
  coresEach: fc.constantFrom(1, 2, 16),
  threadsEach: fc.constantFrom(1, 2, 16),
  balance: fc.constantFrom<Question['balance']>('least_conn', 'round_robin', 'random_two'),
  corePrice: fc.constantFrom(null, 0.04),
})

test('whatever is asked, figures are figures, in order, and agree with each other', () => {
  fc.assert(
    fc.property(questions, ({ executor, ms, ...change }) => {
      const targets = [{ share: 0.95, ms }]
      const question = exampleQuestion({ ...change, targets, executors: [executor] })
      const { answers, policies, simulated } = answerQuestion(question, exampleProfile())
      const [answer] = answers
      assertNoNaN({ answers, policies })
      assert.ok(simulated.requests < 20e6, `${simulated.requests}`)
      assert.equal(answer!.fewest === null, answer!.why !== null)
      if (answer!.fewest !== null) assertAgrees(answer!)
    }),
    { numRuns: 8, seed: 6 },
  )
})

function assertAgrees({ fewest, predicted, sensitivity, curves, instancesInterval }: Answer): void {
  const { p50, p95, p99 } = predicted!
  for (const { low, ms: middle, high } of [p50, p95, p99])
    assert.ok(low <= middle && middle <= high, `${low}, ${middle}, ${high}`)
  for (const each of [{ p50: p50.ms, p95: p95.ms, p99: p99.ms }, ...curves!.latency])
    assert.ok(each.p50 <= each.p95 && each.p95 <= each.p99, JSON.stringify(each))
  for (const { fewest: then, more } of sensitivity)
    if (then !== null)
      assert.deepEqual(more, {
        servers: then.servers - fewest!.servers,
        workers: then.workers - fewest!.workers,
      })
  const instances = fewest!.workers || fewest!.servers
  assert.ok(instancesInterval!.low <= instances)
  assert.ok((instancesInterval!.high ?? instances) >= instances)
}

function assertNoNaN(value: unknown): void {
  if (typeof value === 'number') assert.ok(!Number.isNaN(value))
  else if (typeof value === 'string') assert.doesNotMatch(value, /NaN|Infinity|undefined/)
  else if (typeof value === 'object' && value !== null)
    for (const [key, each] of Object.entries(value)) {
      assert.notEqual(each, undefined, key)
      assertNoNaN(each)
    }
}
