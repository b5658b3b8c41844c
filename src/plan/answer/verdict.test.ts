import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer, Plan, PolicyOutcome, Prediction } from './plan.ts'
import { exampleQuestion } from './profile.fixture.ts'
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
    headroom: { ratePerS: 52.6, breaks: 'latency' },
    sensitivity: [],
    outside: [],
    curves: null,
    ...change,
  }
}

const queue = answer({
  executor: 'queue',
  fewest: { servers: 1, workers: 2, cores: 5 },
  headroom: { ratePerS: 51, breaks: 'refusals' },
})

const policy = (balance: PolicyOutcome['balance'], p99: number): PolicyOutcome => ({
  balance,
  p50: 20,
  p95: 30,
  p99,
  p999: 2 * p99,
  refused: 0,
})

const verdict = (answers: Answer[], change: Partial<Plan> = {}) =>
  verdictOf({ question: exampleQuestion(), answers, policies: [], ...change })

test('first comes what is needed of each, then how far it goes', () => {
  assert.deepEqual(verdict([answer(), queue]), [
    'For 50 requests/s, 95 of 100 within 200 ms, it takes 2 servers (4 cores) on threads and 1 server with 2 workers (5 cores) on the queue.',
    'On threads, 2 servers are enough up to 52.6 requests/s; then results come later than 200 ms.',
    'On the queue, 2 workers are enough up to 51 requests/s; then lines are full and requests are refused.',
  ])
})

test('where nothing suffices it says why', () => {
  const why = 'even without any wait 95 of 100 take up to 69 ms, and 50 ms is asked'
  const impossible = answer({ fewest: null, why, headroom: null, predicted: null })
  assert.deepEqual(verdict([impossible]), [
    'For 50 requests/s, 95 of 100 within 200 ms, nothing suffices.',
    `On threads no number of instances does it: ${why}.`,
  ])
})

test('the least growth that takes more is told', () => {
  const sensitivity: Answer['sensitivity'] = [
    {
      change: 'work',
      times: 1.1,
      ratePerS: 50,
      fewest: { servers: 3, workers: 0, cores: 6 },
      more: 1,
    },
    {
      change: 'rate',
      times: 1.1,
      ratePerS: 55,
      fewest: { servers: 2, workers: 0, cores: 4 },
      more: 0,
    },
    {
      change: 'rate',
      times: 1.2,
      ratePerS: 60,
      fewest: { servers: 3, workers: 0, cores: 6 },
      more: 1,
    },
    {
      change: 'rate',
      times: 2,
      ratePerS: 100,
      fewest: { servers: 4, workers: 0, cores: 8 },
      more: 2,
    },
  ]
  assert.ok(
    verdict([answer({ sensitivity })]).includes(
      'At 60 requests/s, 20% more, you need one more server on threads.',
    ),
  )
})

test('a bystander of an event loop waits', () => {
  const loop = answer({
    executor: 'event-loop',
    predicted: { ...prediction, bystanderP99Ms: 123 },
  })
  assert.match(verdict([loop]).join('\n'), /1 of 100 cheap requests takes longer than 123 ms\./)
})

test('where cores have no time left, that is what is said', () => {
  const busy = answer({ predicted: { ...prediction, utilisation: 0.95 } })
  assert.match(verdict([busy])[1]!, /then their cores have hardly any time left, and lines grow\.$/)
})

test('balancing is told of if it is felt', () => {
  const policies = [policy('least_conn', 40), policy('round_robin', 60), policy('random_two', 42)]
  assert.ok(
    verdict([answer()], { policies }).includes(
      '99 of 100 are done within 40 ms with least_conn; it would be 60 ms with round_robin.',
    ),
  )
  const alike = policies.map((each) => ({ ...each, p99: 40 }))
  assert.ok(
    verdict([answer()], { policies: alike }).includes(
      'How nginx chooses a server makes hardly any difference here.',
    ),
  )
})

test('what was not measured is told once', () => {
  const outside = ['more than 2 servers were not measured']
  const said = verdict([answer({ outside }), { ...queue, outside }])
  assert.equal(said.at(-1), 'Beyond what was measured: more than 2 servers were not measured.')
})
