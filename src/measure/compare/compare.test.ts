import assert from 'node:assert/strict'
import { test } from 'node:test'
import { someRequests } from '../summary/summary.fixture.ts'
import { type CompareOptions, compareConditions } from './compare.ts'
import { conditionWith, tenMedians, times } from './condition.fixture.ts'
import { defaults } from './options.ts'

const options: CompareOptions = {
  ...defaults,
  paired: true,
  warmUpMs: { a: 5000, b: 5000 },
  resamples: 2000,
}
const a = conditionWith(tenMedians)
const allFail = () => ({ requests: someRequests(5, 5) })

for (const { factor, verdict } of [
  { factor: 1.2, verdict: 'slower' },
  { factor: 0.8, verdict: 'faster' },
  { factor: 1, verdict: 'noise' },
  { factor: 5, verdict: 'slower' },
] as const)
  for (const paired of [true, false])
    test(`${factor} times the latency is ${verdict}, ${paired ? 'in pairs' : 'of two runs'}`, () => {
      const found = compareConditions(a, conditionWith(times(factor)), { ...options, paired })
      assert.equal(found.verdict, verdict)
      assert.ok(Math.abs(found.ratio! / factor - 1) < 0.01, `${found.ratio}`)
      const [low, high] = found.interval!
      assert.ok(low < factor && factor < high && high / low < 1.1, `${low} to ${high}`)
      assert.equal(found.pairs, paired ? 10 : null)
      assert.ok(found.a! > 595 && found.a! < 610, `${found.a}`)
      assert.deepEqual(found.reasons, [])
    })

test('a higher throughput is faster', () => {
  const throughput = (factor: number) =>
    conditionWith(tenMedians, {}, (index) => ({ throughputPerS: factor * (10 + (index % 3) / 10) }))
  const compare = (factor: number) =>
    compareConditions(throughput(1), throughput(factor), { ...options, metric: 'throughput' })
  assert.equal(compare(1.3).verdict, 'faster')
  assert.equal(compare(0.7).verdict, 'slower')
  assert.equal(compare(1.3).metrics.find(({ metric }) => metric === 'p50')!.ratio, 1)
})

test('a certain difference below the threshold is noise', () => {
  const b = conditionWith(tenMedians.map((median) => median * 1.03))
  assert.equal(compareConditions(a, b, options).verdict, 'slower')
  assert.equal(compareConditions(a, b, { ...options, threshold: 0.05 }).verdict, 'noise')
})

test('trials in pairs may all drift: only what differs within a pair counts', () => {
  const drifting = tenMedians.map((median, i) => median * (1 + i / 5))
  const [before, after] = [conditionWith(drifting), conditionWith(times(1.1, drifting))]
  assert.equal(compareConditions(before, after, options).verdict, 'slower')
  assert.equal(compareConditions(before, after, { ...options, paired: false }).verdict, 'noise')
})

test('repetitions are paired by their number, and a void trial is left out with its partner', () => {
  const voidAt = (where: number) =>
    conditionWith(times(1.2).with(where, 60_000), {}, (index) =>
      index === where ? { void: 'the generator could not keep up' } : {},
    )
  const found = compareConditions(a, voidAt(4), options)
  assert.equal(found.pairs, 9)
  assert.equal(found.verdict, 'slower')
  assert.ok(found.interval![1] < 1.25)
  assert.deepEqual(found.reasons, ['B has 1 void trial of 10: the generator could not keep up'])
  const short = conditionWith(times(1.2).slice(0, 8))
  assert.equal(compareConditions(a, short, options).pairs, 8)
})

test('a trial that was interrupted is left out with its partner', () => {
  const cut = conditionWith(times(1.2).with(9, 60_000), {}, (index) =>
    index === 9 ? { state: 'partial', durationMs: 700 } : {},
  )
  for (const paired of [true, false]) {
    const found = compareConditions(a, cut, { ...options, paired })
    assert.deepEqual(found.trials, { a: paired ? 9 : 10, b: 9 })
    assert.ok(found.interval![1] < 1.25)
    assert.deepEqual(found.reasons, [
      'B has 1 partial trial of 10: what was interrupted is left out',
    ])
  }
  const nothing = conditionWith(tenMedians, {}, () => ({ state: 'partial' }))
  assert.deepEqual(compareConditions(a, nothing, options).unusable, {
    a: null,
    b: 'no trial of B can be used',
  })
})

test('with too few repetitions nothing is said but what to do', () => {
  const few = (medians: number[]) => conditionWith(medians.slice(0, 3))
  const found = compareConditions(few(tenMedians), few(times(2)), options)
  assert.equal(found.verdict, 'unknown')
  assert.equal(found.interval, null)
  assert.ok(Math.abs(found.ratio! - 2) < 0.05)
  assert.deepEqual(found.reasons, [
    'only 3 pairs; 99% needs at least 8: measure with --repetitions 10',
  ])
  const single = compareConditions(conditionWith([600]), conditionWith([700]), {
    ...options,
    paired: false,
    confidence: 0.9999,
  })
  assert.deepEqual(single.reasons, [
    'only 1 and 1 trials; 99.99% needs at least 9: measure with --repetitions 10',
  ])
})

test('a percentile that trials are too small for is unknown, not noise', () => {
  const found = compareConditions(a, conditionWith(times(2)), { ...options, metric: 'p99' })
  assert.equal(found.verdict, 'unknown')
  assert.deepEqual(found.reasons, [
    'only 0 of 10 pairs tell the p99, and 99% needs 8: make the trials longer',
  ])
})

test('a bystander that nobody measured is unknown', () => {
  const silent = conditionWith(tenMedians, {}, () => ({ bystanderMs: null }))
  const found = compareConditions(silent, silent, { ...options, metric: 'bystander-p99' })
  assert.deepEqual(found.reasons, [
    'only 0 of 10 pairs tell the bystander p99, and 99% needs 8: it takes 100 answered bystanders in each trial: raise their rate (`bystander: { rate }` in a scenario), or make the trials longer',
  ])
})

test('a void condition, and one of which nothing completed, are unknown and say so', () => {
  const aVoid = conditionWith(times(1.2), { void: 'the generator used a whole core' })
  const none = conditionWith(tenMedians, {}, () => ({
    requests: someRequests(24, 24),
    latencyMs: { count: 0, mean: null, p50: null, p90: null, p99: null, p999: null, max: null },
    throughputPerS: 0,
  }))
  const found = compareConditions(aVoid, none, options)
  assert.equal(found.verdict, 'unknown')
  assert.equal(found.ratio, null)
  assert.deepEqual(found.reasons, [
    'A is void: the generator used a whole core',
    'nothing of B completed',
  ])
  const crashed = compareConditions(a, none, options)
  assert.equal(crashed.verdict, 'unknown')
  assert.equal(crashed.failsMore, true)
  assert.deepEqual(crashed.failures, { a: 0, b: 1, interval: [1, 1] })
  assert.equal(crashed.reasons[0], 'nothing of B completed')
})

test('a service that refuses is not faster, but slower if it is slower', () => {
  const refusing = (medians: number[], refused: number) =>
    conditionWith(medians, {}, () => ({ requests: someRequests(100, 0, refused) }))
  const faster = compareConditions(a, refusing(times(0.5), 12), options)
  assert.equal(faster.verdict, 'unknown')
  assert.ok(faster.failsMore)
  assert.deepEqual(faster.reasons, [
    'B failed 12% of its requests, A 0%: what is not served takes no time',
  ])
  assert.equal(compareConditions(a, refusing(times(1.5), 12), options).verdict, 'slower')
  const slightly = compareConditions(a, refusing(times(0.5), 1), options)
  assert.equal(slightly.verdict, 'faster')
  assert.equal(slightly.failsMore, false)
  const better = compareConditions(refusing(tenMedians, 12), conditionWith(times(0.5)), options)
  assert.equal(better.verdict, 'faster')
  assert.deepEqual(better.reasons, ['B failed 0% of its requests, A 12%'])
})

test('failures that chance explains are no more failures', () => {
  /** Trials of five requests, of which so many failed in each. */
  const failing = (...failed: number[]) =>
    conditionWith(times(0.5), {}, (index) => ({ requests: someRequests(5, failed[index] ?? 0) }))
  const good = conditionWith(tenMedians, {}, () => ({ requests: someRequests(5) }))
  for (const paired of [true, false]) {
    const one = compareConditions(good, failing(1), { ...options, paired })
    assert.equal(one.verdict, 'faster')
    assert.equal(one.failsMore, false)
    assert.deepEqual(one.reasons, ['B failed 2% of its requests, A 0%, which may be chance'])
    const wholeTrial = compareConditions(good, failing(0, 5), { ...options, paired })
    assert.equal(wholeTrial.failsMore, false)
    const most = compareConditions(good, failing(2, 1, 1, 2, 1, 1, 3, 1, 2, 1), {
      ...options,
      paired,
    })
    assert.equal(most.failsMore, true)
    assert.equal(most.verdict, 'unknown')
  }
  const few = compareConditions(
    conditionWith([600, 610]),
    conditionWith([600], {}, allFail),
    options,
  )
  assert.equal(few.failsMore, null)
  assert.match(few.reasons.join('; '), /too few trials to tell whether by chance/)
})

test('throughput is unknown where the warm-up was shorter than results took', () => {
  const throughput = conditionWith(times(1.2), {}, (index) => ({
    throughputPerS: 1 + (index % 3) / 100,
  }))
  const compare = (warmUpMs: { a: number; b: number }, metric: 'p50' | 'throughput') =>
    compareConditions(a, throughput, { ...options, metric, warmUpMs })
  const found = compare({ a: 1000, b: 1000 }, 'throughput')
  assert.equal(found.verdict, 'unknown')
  assert.deepEqual(found.reasons, [
    'results took up to 1.5 s, but the warm-up was 1 s: what is under way when a trial ends is missing from its throughput; measure with a warm-up of at least 2 s',
  ])
  assert.equal(compare({ a: 2000, b: 1000 }, 'throughput').verdict, 'unknown')
  assert.notEqual(compare({ a: 2000, b: 2000 }, 'throughput').verdict, 'unknown')
  assert.equal(compare({ a: 0, b: 0 }, 'p50').verdict, 'slower')
})

test('trials in which there was no time are compared without dividing by it', () => {
  const none = conditionWith(tenMedians, {}, () => ({
    durationMs: 0,
    requests: someRequests(0),
    throughputPerS: 0,
  }))
  const found = compareConditions(none, none, { ...options, metric: 'throughput' })
  assert.equal(found.reasons[0], 'A was sent no request')
  assert.doesNotMatch(
    JSON.stringify(found, (_, value) => (Number.isNaN(value) ? 'NaN' : value)),
    /NaN/,
  )
})

test('noise says what may hide in it where that is much', () => {
  const wild = [600, 900, 450, 700, 520, 880, 610, 480, 760, 555]
  const found = compareConditions(conditionWith(wild), conditionWith(wild.toReversed()), options)
  assert.equal(found.verdict, 'noise')
  assert.match(found.reasons[0]!, /^a difference from −\d+% to \+\d+% may hide in the noise/)
})

test('another load is said', () => {
  const b = conditionWith(times(1.2), { rate: { shape: 'constant', rate: 5 }, offeredPerS: 5 })
  assert.deepEqual(compareConditions(a, b, options).reasons, [
    'the load is not the same: A was offered 1.2 requests a second, B 5',
  ])
})

test('every metric is there with an interval of its own, and the same seed says the same', () => {
  const compare = () => compareConditions(a, conditionWith(times(1.2)), options)
  assert.deepEqual(
    compare().metrics.map(({ metric, interval }) => [metric, interval !== null]),
    [
      ['p50', true],
      ['p90', true],
      ['p99', false],
      ['mean', true],
      ['throughput', true],
      ['bystander-p99', true],
    ],
  )
  assert.deepEqual(compare(), compare())
})
