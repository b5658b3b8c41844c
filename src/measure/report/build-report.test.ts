import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildReport } from './build-report.ts'
import { type Example, saturation, strategies } from './report.fixture.ts'

const names = (example: Example) => buildReport(example).plots.map(({ name }) => name)

/** With something else in all conditions of its summary. */
function withConditions(
  example: Example,
  changes: Partial<Example['summary']['conditions'][number]>,
): Example {
  const conditions = example.summary.conditions.map((each) => ({ ...each, ...changes }))
  return { ...example, summary: { ...example.summary, conditions } }
}

test('a report has its verdict, every figure and every plot, and is the same each time', () => {
  const example = strategies()
  const { html, plots } = buildReport(example)
  for (const sentence of example.summary.verdict) assert.ok(html.includes(sentence))
  for (const { label } of example.run.conditions) assert.ok(html.includes(label))
  assert.equal(html.match(/<svg /g)?.length, plots.length)
  assert.equal(plots.length, 4 + 6)
  for (const { name } of plots) assert.match(name, /^[a-z0-9-]+$/)
  assert.equal(buildReport(strategies()).html, html)
})

test('a report asks nobody for anything', () => {
  const { html } = buildReport(strategies())
  assert.doesNotMatch(html, /<(script|link|img|iframe|object)\b|@import|url\(|\bhref=|\bsrc=/)
  assert.match(html, /default-src &#39;none&#39;|default-src 'none'/)
})

test('what people have named cannot become markup', () => {
  const evil = `<script>alert(1)</script>"'&`
  const example = withConditions(strategies(), {
    label: evil,
    void: evil,
    reasons: { [evil]: 1 },
    shares: { servers: { [evil]: 1 }, workers: { [evil]: 1 } },
  })
  const { run, summary } = example
  const { html, plots } = buildReport({
    ...example,
    run: {
      ...run,
      command: evil,
      scenario: { ...run.scenario, name: evil, description: evil, params: { [evil]: evil } },
      target: { ...run.target, url: evil, task: evil, bystander: evil },
      machine: { ...run.machine, cpus: evil, os: evil, node: evil, unblock: evil },
    },
    summary: { ...summary, verdict: [evil, evil] },
  })
  for (const text of [html, ...plots.map(({ svg }) => svg)]) {
    assert.doesNotMatch(text, /<script/)
    assert.doesNotMatch(text, /="[^"]*"'/)
  }
  assert.ok(html.includes('&lt;script&gt;'))
})

test('what was not seen is not drawn, and said', () => {
  const example = withConditions(strategies(), {
    bystander: null,
    cpu: null,
    queueDepth: null,
    shares: { servers: {}, workers: {} },
  })
  const target = { ...example.run.target, own: false, jobs: false, fleet: false, bystander: null }
  const blind = {
    ...example,
    run: { ...example.run, target },
    records: example.records.filter(({ kind }) => kind === 'task'),
    samples: [],
  }
  const { html, plots } = buildReport(blind)
  assert.deepEqual(
    plots.map(({ name }) => name).filter((name) => !name.startsWith('over-time')),
    ['latency-by-percentile', 'throughput'],
  )
  assert.doesNotMatch(html, /<strong>What others felt/)
  for (const said of ['no bystander', 'CPU time', 'no jobs to follow', 'Instances and queue'])
    assert.ok(html.includes(said), said)
  assert.doesNotMatch(html, /NaN|Infinity|undefined|null/)
})

test('of a run in which nothing was completed, the failures are shown', () => {
  const none = { count: 0, mean: null, p50: null, p90: null, p99: null, p999: null, max: null }
  const example = withConditions(strategies(), {
    requests: { sent: 24, completed: 0, failed: 24, refused: 0 },
    reasons: { 'gave up': 24 },
    latencyMs: none,
    runMs: null,
    throughputPerS: 0,
    goodputPerS: 0,
    load: [{ offeredPerS: 1.2, throughputPerS: 0 }],
  })
  const records = example.records.map((each) => ({ ...each, outcome: 'failed' as const }))
  const { html, plots } = buildReport({ ...example, records })
  assert.ok(!plots.some(({ name }) => name === 'latency-by-percentile'))
  assert.match(html, /gave up \(24\)/)
  assert.match(plots.find(({ name }) => name.startsWith('over-time'))!.svg, /task failed/)
  assert.doesNotMatch(html, /NaN|Infinity|undefined|null/)
})

test('one condition, one request', () => {
  const example = strategies()
  const conditions = example.summary.conditions.slice(0, 1)
  const one = {
    ...example,
    summary: { ...example.summary, conditions },
    records: example.records.filter(({ trial, kind, due }) => trial + due >= 0 && kind === 'task'),
  }
  const { html, plots } = buildReport({ ...one, records: one.records.slice(0, 1) })
  assert.ok(!plots.some(({ name }) => name === 'latency-by-percentile'))
  assert.doesNotMatch(html, /NaN|Infinity|undefined|null/)
})

test('a void condition says so before its figures, and its figures are not drawn', () => {
  const example = saturation()
  const [thread, queue] = example.summary.conditions
  const why = 'requests were sent up to 40 ms late; lower the rate'
  const half = [{ ...thread!, void: why }, queue!]
  const { html, plots } = buildReport({
    ...example,
    summary: { ...example.summary, conditions: half },
  })
  assert.match(html, /<strong>Void\.<\/strong> The figures of some conditions/)
  assert.ok(html.indexOf(why) < html.indexOf('<table>'))
  const { svg } = plots.find(({ name }) => name === 'latency-by-percentile')!
  assert.match(svg, /A line for each of: queue\./)

  const all = withConditions(example, { void: why })
  assert.match(buildReport(all).html, /No figure of this run must be used/)
  assert.ok(!names(all).includes('latency-by-percentile'))
  assert.ok(names(all).includes('over-time-thread'), 'over time one sees what went wrong')
})

test('a void trial of several is left out, and another one is shown over time', () => {
  const example = strategies()
  const [first] = example.summary.conditions
  const key = first!.key
  const [voided, fine] = [0, 1].map((index) => ({
    ...example.run.trials[0]!,
    index,
    condition: key,
  }))
  const records = example.records.filter(({ trial }) => trial === 0)
  const slow = records.map((each) => ({ ...each, ended: each.ended + 50_000 }))
  const { html, plots } = buildReport({
    run: { ...example.run, trials: [voided!, fine!] },
    summary: {
      ...example.summary,
      conditions: [
        {
          ...first!,
          trials: [
            { ...first!.trials[0]!, index: 0, void: 'the generator used a whole core' },
            { ...first!.trials[0]!, index: 1 },
          ],
        },
      ],
    },
    records: [...slow, ...records.map((each) => ({ ...each, trial: 1 }))],
    samples: [],
  })
  assert.match(html, /1 of 2 trials, the generator used a whole core/)
  const byName = new Map(plots.map(({ name, svg }) => [name, svg]))
  for (const name of ['latency-by-percentile', `over-time-${key}`])
    assert.doesNotMatch(byName.get(name)!, />(50|100) s</)
})

test('a partial run says so, even where it was interrupted before anything was measured', () => {
  const example = strategies()
  const { html, plots } = buildReport({
    run: { ...example.run, state: 'partial', trials: [] },
    summary: { ...example.summary, state: 'partial', verdict: [], conditions: [] },
    records: [],
    samples: [],
  })
  assert.match(html, /<strong>Partial\.<\/strong>/)
  assert.match(html, /There is nothing to draw/)
  assert.deepEqual(plots, [])
})

test('a long and crowded trial makes no larger plot', () => {
  const example = strategies()
  const [first] = example.records.filter(({ kind, due }) => kind === 'bystander' && due >= 0)
  const records = Array.from({ length: 200_000 }, (_, index) => ({
    ...first!,
    due: index / 10,
    ended: index / 10 + 1 + (index % 97),
  }))
  const { plots } = buildReport({ ...example, records })
  for (const { name, svg } of plots) assert.ok(svg.length < 120_000, `${name}: ${svg.length}`)
})

test('rates that differ are one line of a place', () => {
  const example = saturation()
  const conditions = [2, 4].map((perS) => ({
    ...example.summary.conditions[1]!,
    key: `queue-${perS}`,
    label: `queue, ${perS}/s`,
    load: [{ offeredPerS: perS, throughputPerS: Math.min(perS, 3.5) }],
  }))
  const { plots } = buildReport({ ...example, summary: { ...example.summary, conditions } })
  const { svg } = plots.find(({ name }) => name === 'throughput')!
  assert.match(svg, />queue<\/text>/)
  assert.match(svg, /queue, 4\/s: 3\.5 of 4 a second/)
})

test("a bystander's line does not bridge what failed", () => {
  const example = strategies()
  const summary = { ...example.summary, conditions: example.summary.conditions.slice(0, 1) }
  const records = example.records
    .filter(({ trial, kind, due }) => trial === 0 && kind === 'bystander' && due >= 0)
    .map((each) => (each.due === 5000 ? { ...each, outcome: 'failed' as const } : each))
  const { plots } = buildReport({ ...example, summary, records })
  const { svg } = plots.find(({ name }) => name.startsWith('over-time'))!
  const [, line = ''] = /class="line thin ink" d="([^"]+)"/.exec(svg) ?? []
  assert.equal(line.match(/M/g)?.length, 2)
  assert.match(svg, /bystander failed/)
})
