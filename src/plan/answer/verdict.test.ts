import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer, Plan, PolicyOutcome, Prediction, Sensitivity } from './plan.ts'
import { exampleProfile, exampleQuestion } from './profile.fixture.ts'
import { verdictOf } from './verdict.ts'

const figure = (ms: number) => ({ ms, low: ms, high: ms })

const prediction: Prediction = {
  ratePerS: 50,
  p50: figure(73),
  p95: figure(165),
  p99: figure(234),
  bystanderP99Ms: null,
  utilisation: 0.79,
  loopUtilisation: 0.01,
  waiting: { mean: 1.2, max: 26 },
  refused: 0,
  expired: 0,
  theory: null,
}

function answer(change: Partial<Answer> = {}): Answer {
  return {
    executor: 'thread',
    fewest: { servers: 2, workers: 0, cores: 4 },
    why: null,
    predicted: prediction,
    instancesInterval: { low: 2, high: 2 },
    cost: null,
    headroom: { ratePerS: 52.6, breaks: 'latency', isOutside: false },
    sensitivity: [],
    outside: [],
    curves: null,
    ...change,
  }
}

const queue = answer({
  executor: 'queue',
  fewest: { servers: 1, workers: 2, cores: 5 },
  headroom: { ratePerS: 51, breaks: 'refusals', isOutside: false },
})

const policy = (
  balance: PolicyOutcome['balance'],
  p99: number,
  change: Partial<PolicyOutcome> = {},
): PolicyOutcome => ({ balance, p50: 20, p95: 30, p99, p999: 2 * p99, refused: 0, ...change })

const compared = (...outcomes: PolicyOutcome[]): Plan['policies'] => ({
  executor: 'thread',
  servers: 2,
  outcomes,
})

const verdict = (answers: Answer[], change: Partial<Plan> = {}) =>
  verdictOf({
    question: exampleQuestion(),
    profile: exampleProfile(),
    answers,
    policies: null,
    ...change,
  })

test('first comes what is needed of each, then how far it goes', () => {
  assert.deepEqual(verdict([answer(), queue]), [
    'For 50 requests/s, 95 of 100 within 200 ms, it takes 2 servers (4 cores) on threads and 1 server with 2 workers (5 cores) on the queue.',
    'On threads, 2 servers are enough up to 52.6 requests/s; then results come later than 200 ms.',
    'On the queue, 2 workers are enough up to 51 requests/s; then the queue is full and jobs are refused.',
  ])
})

test('the first sentence says what it takes to be sure, and another what that means', () => {
  const said = verdict([
    answer({ instancesInterval: { low: 2, high: 3 } }),
    { ...queue, instancesInterval: { low: 2, high: 3 } },
  ])
  assert.match(
    said[0]!,
    /2 servers \(4 cores; 3 servers to be sure\) on threads and 1 server with 2 workers \(5 cores; 3 workers to be sure\) on the queue\.$/,
  )
  assert.equal(
    said[1],
    '“To be sure” is enough even if tasks are as slow as the measured times, and they alone, leave possible.',
  )
})

test('where no number may be enough, the first sentence says so', () => {
  const [first, second] = verdict([answer({ instancesInterval: { low: 2, high: null } })])
  assert.match(first!, /2 servers \(4 cores; it may be that no number is enough\) on threads\.$/)
  assert.match(second!, /^If tasks are as slow .* no number is enough on threads\.$/)
})

test('where nothing suffices it says why', () => {
  const why = 'even without any wait 95 of 100 take up to 69 ms, and 50 ms is asked'
  const impossible = answer({ fewest: null, why, headroom: null, predicted: null })
  assert.deepEqual(verdict([impossible]), [
    'For 50 requests/s, 95 of 100 within 200 ms, nothing suffices.',
    `On threads no number of instances does it: ${why}.`,
  ])
})

test('a rate far beyond what was measured is told of at once, with what was', () => {
  const question = exampleQuestion({ ratePerS: 100_000 })
  assert.equal(
    verdict([answer(), queue], { question })[1],
    'No more was measured than 26 requests/s through one nginx and 26 jobs/s through one Redis: whether these bear 100,000/s is not known.',
  )
  assert.equal(
    verdict([answer()], { question })[1],
    'No more was measured than 26 requests/s through one nginx: whether it bears 100,000/s is not known.',
  )
})

const change = (
  times: number,
  more: Sensitivity['more'],
  of: Sensitivity['change'] = 'rate',
): Sensitivity => ({
  change: of,
  times,
  ratePerS: of === 'rate' ? 50 * times : 50,
  fewest: more === null ? null : { servers: 2 + more.servers, workers: more.workers, cores: 4 },
  more,
  isOutside: false,
})

test('the least growth that takes more is told of each executor, by what is needed then', () => {
  const said = verdict([
    answer({
      sensitivity: [
        change(1.1, { servers: 1, workers: 0 }, 'work'),
        change(1.1, { servers: 0, workers: 0 }),
        change(1.2, { servers: 1, workers: 0 }),
        change(2, { servers: 2, workers: 0 }),
      ],
    }),
    { ...queue, sensitivity: [change(1.2, { servers: 5, workers: 58 })] },
    answer({ executor: 'event-loop', sensitivity: [change(2, null)] }),
  ])
  assert.deepEqual(
    said.filter((sentence) => sentence.startsWith('At ')),
    [
      'At 60 requests/s, 20% more, you need one more server on threads and 5 more servers and 58 more workers on the queue.',
      'At 100 requests/s, twice as many, no number of instances suffices on the event loop.',
    ],
  )
})

test('a bystander of an event loop waits, or is never answered', () => {
  const loop = (bystanderP99Ms: number) =>
    answer({ executor: 'event-loop', predicted: { ...prediction, bystanderP99Ms } })
  assert.match(
    verdict([loop(123)]).join('\n'),
    /1 of 100 cheap requests takes longer than 123 ms\./,
  )
  assert.match(verdict([loop(Infinity)]).join('\n'), /1 of 100 cheap requests is never answered\./)
})

test('a headroom that is not just what was measured says so', () => {
  const headroom = { ratePerS: 52.6, breaks: 'cores', isOutside: true } as const
  assert.equal(
    verdict([answer({ headroom })])[1],
    'On threads, 2 servers are enough up to 52.6 requests/s, beyond what was measured; then their cores have hardly any time left.',
  )
})

test('balancing is told of if it is felt', () => {
  const [own, robin, random] = [
    policy('least_conn', 40),
    policy('round_robin', 60),
    policy('random_two', 42),
  ]
  assert.equal(
    verdict([answer()], { policies: compared(own, robin, random) }).at(-1),
    'On threads with 2 servers, with least_conn 99 of 100 are done within 40 ms; with round_robin 99 of 100 are done within 60 ms.',
  )
  assert.equal(
    verdict([answer()], { policies: compared(own, random) }).at(-1),
    'How nginx chooses a server makes hardly any difference here.',
  )
})

test('a policy with which so many are never done is told of in words', () => {
  const never = policy('random_two', Infinity, { p95: Infinity })
  const rarely = policy('round_robin', Infinity)
  assert.equal(
    verdict([answer()], { policies: compared(policy('least_conn', 40), rarely, never) }).at(-1),
    'On threads with 2 servers, with least_conn 99 of 100 are done within 40 ms; with round_robin more than 1 of 100 are never done, with random_two more than 5 of 100 are never done.',
  )
  const alike = compared({ ...rarely, balance: 'least_conn' }, rarely)
  assert.match(verdict([answer()], { policies: alike }).at(-1)!, /hardly any difference/)
})

test('what was not measured is told once, with whom it is true of unless that is everybody', () => {
  const outside = ['more than 2 servers were not measured']
  assert.equal(
    verdict([answer({ outside }), { ...queue, outside }]).at(-1),
    'Beyond what was measured: more than 2 servers were not measured.',
  )
  const said = verdict([
    answer({ outside: [...outside, 'no nginx'] }),
    { ...queue, outside: ['no Redis', ...outside] },
  ])
  assert.equal(
    said.at(-1),
    'Beyond what was measured: more than 2 servers were not measured. On threads, no nginx. On the queue, no Redis.',
  )
})
