import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { deploymentOf } from './deployment.ts'
import { fewestInstances, search } from './fewest.ts'
import type { Question } from './plan.ts'
import {
  exampleProfile,
  exampleQuestion,
  exponentialProfile,
  workSample,
} from './profile.fixture.ts'
import { createSampler } from './sampler.ts'

type Executor = Question['executors'][number]

function fewest(executor: Executor, change: Partial<Question> = {}, profile = exampleProfile()) {
  const question = exampleQuestion(change)
  return fewestInstances(createSampler(), deploymentOf(question, profile, executor), {
    ratePerS: question.ratePerS,
    factor: 1,
  })
}

function number(found: ReturnType<typeof fewest>): number {
  assert.ok('instances' in found, JSON.stringify(found))
  return found.instances
}

test('a search finds the border, or none, wherever it starts and however far it is', () => {
  fc.assert(
    fc.property(
      fc.nat(5000),
      fc.nat(6000),
      fc.integer({ min: 1, max: 20 }),
      (border, guess, least) => {
        const found = search({ least, guess, most: 4000, suffices: (each) => each >= border })
        const expected = Math.max(border, least)
        assert.equal(found, expected <= 4000 ? expected : null)
      },
    ),
  )
})

test('a search that may be off by a step is off by less, and never too low', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(6000), (border, guess) => {
      const suffices = (each: number) => each >= border
      const found = search({ least: 1, guess, most: 4000, step: 7, suffices })
      assert.ok(found !== null && found >= border && found < border + 7, `${found} for ${border}`)
    }),
  )
})

/**
 * Independent of src/plan/model: sums of states instead of Erlang's recursion, and the sojourn time as the wait's
 * atom and exponential part convolved with the service by the trapezoidal rule.
 */
function mmcLateShare(servers: number, ratePerS: number, serviceMs: number, ms: number): number {
  const offered = (ratePerS * serviceMs) / 1000
  if (offered >= servers) return 1
  let term = 1
  let below = 0
  for (let state = 0; state < servers; state++) {
    below += term
    term *= offered / (state + 1)
  }
  const waiting = (term * servers) / (servers - offered)
  const delayed = waiting / (below + waiting)
  const drain = (servers - offered) / serviceMs
  const steps = 20_000
  let served = 0
  for (let step = 0; step <= steps; step++) {
    const service = (step / steps) * ms
    const density = Math.exp(-service / serviceMs) / serviceMs
    const onTime = 1 - delayed * Math.exp(-drain * (ms - service))
    served += ((step === 0 || step === steps ? 0.5 : 1) * density * onTime * ms) / steps
  }
  return 1 - served
}

for (const { ratePerS, ms, workers } of [
  { ratePerS: 10, ms: 300, workers: 2 },
  { ratePerS: 50, ms: 220, workers: 5 },
  { ratePerS: 200, ms: 240, workers: 14 },
  { ratePerS: 1000, ms: 240, workers: 62 },
])
  test(`as M/M/c says, ${ratePerS}/s of 60 ms within ${ms} ms take ${workers} workers of one thread`, () => {
    // Far enough from the border for a simulation to see it.
    assert.ok(mmcLateShare(workers, ratePerS, 60, ms) < 0.0475)
    assert.ok(mmcLateShare(workers - 1, ratePerS, 60, ms) > 0.0525)
    const targets = [{ share: 0.95, ms }]
    const found = fewest(
      'queue',
      { ratePerS, targets, coresEach: 1, threadsEach: 1 },
      exponentialProfile(60),
    )
    assert.deepEqual(found, { instances: workers })
  })

test('an impossible target says what is possible', () => {
  assert.deepEqual(fewest('queue', { targets: [{ share: 0.5, ms: 60 }] }), {
    why: 'even without any wait 50 of 100 take up to 68 ms, and 60 ms is asked',
  })
})

test('what fails with any number says so: jobs of workers that die come back too late', () => {
  const failures = { meanBetweenMs: 2000, downMs: 1000, handBackMs: 8000 }
  const found = fewest('queue', { failures, targets: [{ share: 0.99, ms: 500 }] })
  assert.match('why' in found ? found.why : '', /^even with [\d,]+ instances 99 of 100 take up to /)
})

test('a share that is never done is said in words', () => {
  const failures = { meanBetweenMs: 2000, downMs: 2000, handBackMs: 8000 }
  const found = fewest('queue', {
    ...{ failures, deadlineMs: 4000, refusedAtMost: 0.5 },
    targets: [{ share: 0.999, ms: 60_000 }],
  })
  assert.match(
    'why' in found ? found.why : '',
    /^even with [\d,]+ instances more than 1 of 1,000 are never done$/,
  )
})

test('a short line refuses, and takes more servers than latency alone; some refusals, fewer', () => {
  const loose = { targets: [{ share: 0.5, ms: 2000 }] }
  const long = number(fewest('thread', loose))
  const short = number(fewest('thread', { ...loose, lineLimit: 1 }))
  const shortSome = number(fewest('thread', { ...loose, lineLimit: 1, refusedAtMost: 0.05 }))
  assert.ok(long < shortSome && shortSome < short, `${long}, ${shortSome}, ${short}`)
})

test('on event loops, a deadline that some may miss takes as many as that latency for the others', () => {
  for (const [deadlineMs, refusedAtMost] of [
    [150, 0.01],
    [120, 0.05],
    [300, 0.2],
  ] as const) {
    const loose = { targets: [{ share: 0.5, ms: 2000 }], refusedAtMost, deadlineMs }
    const byDeadline = number(fewest('event-loop', loose))
    // The answer takes 1.2 to 1.8 ms more, which a deadline of the run leaves out.
    const byLatency = (ms: number) =>
      number(fewest('event-loop', { targets: [{ share: 1 - refusedAtMost, ms }] }))
    assert.ok(byDeadline <= byLatency(deadlineMs + 1.2), `${byDeadline} within ${deadlineMs} ms`)
    assert.ok(byDeadline >= byLatency(deadlineMs + 1.8), `${byDeadline} within ${deadlineMs} ms`)
  }
})

test('threads that end what is late need fewer cores than event loops, which run it to its end', () => {
  const single = { coresEach: 1, threadsEach: 1, lineLimit: 1000 }
  const late = { targets: [{ share: 0.5, ms: 2000 }], deadlineMs: 300, refusedAtMost: 0.2 }
  const [threads, loops] = (['thread', 'event-loop'] as const).map((executor) =>
    number(fewest(executor, { ...single, ...late })),
  )
  assert.ok(threads! < loops!, `${threads} with a thread each, ${loops} event loops`)
})

test('bursts take more than the same rate at random, even arrivals no more', () => {
  const atRandom = number(fewest('queue'))
  const bursts = { kind: 'bursts', times: 4, everyMs: 20_000, lengthMs: 4000 } as const
  assert.ok(number(fewest('queue', { arrivals: bursts })) > atRandom)
  assert.ok(number(fewest('queue', { arrivals: { kind: 'even' } })) <= atRandom)
})

test('of tasks so small that HTTP is most of the work, the event loops decide how many servers', () => {
  const small = exampleProfile({ alone: workSample([0.2, 0.3]) })
  const targets = [{ share: 0.95, ms: 50 }]
  // 0.4 ms of HTTP each, at most 70% busy: 1750/s a server.
  assert.equal(number(fewest('thread', { ratePerS: 3600, targets }, small)), 3)
})

const executors = fc.constantFrom<Executor>('thread', 'queue', 'event-loop')
const rates = fc.integer({ min: 5, max: 300 })
const latencies = fc.integer({ min: 90, max: 1000 })

test('a higher rate never needs fewer, a looser target never more', () => {
  fc.assert(
    fc.property(executors, rates, latencies, (executor, ratePerS, ms) => {
      const at = (rate: number, within: number) =>
        number(fewest(executor, { ratePerS: rate, targets: [{ share: 0.95, ms: within }] }))
      const asked = at(ratePerS, ms)
      assert.ok(at(ratePerS * 1.15, ms) >= asked)
      assert.ok(at(ratePerS, ms * 1.15) <= asked)
    }),
    { numRuns: 12, seed: 6 },
  )
})

test('more workers are never predicted slower, at any percentile', () => {
  const sampler = createSampler()
  const deployment = deploymentOf(exampleQuestion(), exampleProfile(), 'queue')
  fc.assert(
    fc.property(rates, fc.integer({ min: 1, max: 12 }), (ratePerS, few) => {
      const workers = Math.ceil(ratePerS / 30) + few
      const at = (instances: number) =>
        sampler.sample(
          deployment,
          { instances, ratePerS, factor: 1, balance: 'least_conn' },
          'standard',
        )
      // Histograms are precise to 0.2%.
      for (const share of [0.5, 0.95, 0.99])
        assert.ok(at(workers + 1).latencyMs(share) <= at(workers).latencyMs(share) * 1.002)
    }),
    { numRuns: 12, seed: 6 },
  )
})
