import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../random.ts'
import type { RequestRecord } from '../records/record.ts'
import { Latencies } from '../summary/latencies.ts'
import { verdictOf } from '../summary/verdict.ts'
import { type Example, many, reportOf, saturation, strategies } from './report.fixture.ts'

const names = async (example: Example) => (await reportOf(example)).plots.map(({ name }) => name)

/** With something else in all conditions of its summary. */
function withConditions(
  example: Example,
  changes: Partial<Example['summary']['conditions'][number]>,
): Example {
  const conditions = example.summary.conditions.map((each) => ({ ...each, ...changes }))
  return { ...example, summary: { ...example.summary, conditions } }
}

test('a report has its verdict, every figure and every plot, and is the same each time', async () => {
  const example = strategies()
  const { html, plots } = await reportOf(example)
  for (const sentence of example.summary.verdict) assert.ok(html.includes(sentence))
  for (const { label } of example.run.conditions) assert.ok(html.includes(label))
  assert.equal(html.match(/<svg /g)?.length, plots.length)
  assert.equal(plots.length, 4 + 6)
  for (const { name } of plots) assert.match(name, /^[a-z0-9-]+$/)
  assert.equal((await reportOf(strategies())).html, html)
})

test('a report asks nobody for anything', async () => {
  const { html } = await reportOf(strategies())
  assert.doesNotMatch(html, /<(script|link|img|iframe|object)\b|@import|url\(|\bhref=|\bsrc=/)
  assert.match(html, /default-src &#39;none&#39;|default-src 'none'/)
})

test('what people have named cannot become markup', async () => {
  const evil = `<script>alert(1)</script>"'&`
  const example = withConditions(strategies(), {
    label: evil,
    void: evil,
    reasons: { [evil]: 1 },
    shares: { servers: { [evil]: 1 }, workers: { [evil]: 1 } },
  })
  const { run, summary } = example
  const { html, plots } = await reportOf({
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

test('what was not seen is not drawn, and said', async () => {
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
  const { html, plots } = await reportOf(blind)
  assert.deepEqual(
    plots.map(({ name }) => name).filter((name) => !name.startsWith('over-time')),
    ['latency-by-percentile', 'throughput'],
  )
  assert.doesNotMatch(html, /<strong>What others felt/)
  for (const said of ['no bystander', 'CPU time', 'no jobs to follow', 'Instances and queue'])
    assert.ok(html.includes(said), said)
  assert.doesNotMatch(html, /NaN|Infinity|undefined|null/)
})

test('of a run in which nothing was completed, the failures are shown', async () => {
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
  const { html, plots } = await reportOf({ ...example, records })
  assert.ok(!plots.some(({ name }) => name === 'latency-by-percentile'))
  assert.match(html, /gave up \(24\)/)
  assert.match(plots.find(({ name }) => name.startsWith('over-time'))!.svg, /task failed/)
  assert.doesNotMatch(html, /NaN|Infinity|undefined|null/)
})

test('one condition, one request', async () => {
  const example = strategies()
  const latencies = new Latencies()
  latencies.add(560)
  const [first] = example.summary.conditions
  const conditions = [
    { ...first!, latencyMs: latencies.percentiles(), histogram: latencies.encode() },
  ]
  const one = example.records.filter(({ trial, kind, due }) => trial + due >= 0 && kind === 'task')
  const { html, plots } = await reportOf({
    ...example,
    summary: { ...example.summary, conditions },
    records: one.slice(0, 1),
  })
  assert.ok(!plots.some(({ name }) => name === 'latency-by-percentile'))
  assert.doesNotMatch(html, /NaN|Infinity|undefined|null/)
})

test('a void condition says so before its figures, and its figures are not drawn', async () => {
  const example = saturation()
  const [thread, queue] = example.summary.conditions
  const why = 'requests were sent up to 40 ms late; lower the rate'
  const half = [{ ...thread!, void: why }, queue!]
  const { html, plots } = await reportOf({
    ...example,
    summary: { ...example.summary, conditions: half },
  })
  assert.match(html, /<strong>Void: these figures must not be used\.<\/strong>/)
  assert.ok(html.indexOf(why) < html.indexOf('<table>'))
  const { svg } = plots.find(({ name }) => name === 'latency-by-percentile')!
  assert.match(svg, /A line for each of: queue\./)

  const all = withConditions(example, { void: why })
  assert.doesNotMatch((await reportOf(all)).html, /could not keep up/)
  assert.ok(!(await names(all)).includes('latency-by-percentile'))
  assert.ok((await names(all)).includes('over-time-thread'), 'over time one sees what went wrong')
})

test('a void trial of several is left out, and another one is shown over time', async () => {
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
  const { html, plots } = await reportOf({
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

test('a partial run says so once, even where it was interrupted before anything was measured', async () => {
  const example = strategies()
  const verdict = verdictOf([], { state: 'partial', planned: 6, target: example.run.target })
  const { html, plots } = await reportOf({
    ...example,
    run: { ...example.run, state: 'partial', trials: [] },
    summary: { ...example.summary, state: 'partial', verdict, conditions: [] },
    records: [],
    samples: [],
  })
  assert.equal(html.match(/interrupted;/g)?.length, 1)
  assert.doesNotMatch(html, /class="banner"/)
  assert.match(html, /There is nothing to draw/)
  assert.deepEqual(plots, [])
})

test('figures that lag may have made higher are marked, and the mark is explained', async () => {
  const example = strategies()
  const [first, second, ...others] = example.summary.conditions
  const bystander = { ...first!.bystander!, lateAt: ['p99' as const] }
  const conditions = [{ ...first!, lateAt: ['max' as const], bystander }, second!, ...others]
  const { html } = await reportOf({ ...example, summary: { ...example.summary, conditions } })
  assert.equal(html.match(/<td>≤[\d.,]+<\/td>/g)?.length, 2)
  assert.match(html, /≤ The generator was late then: the true figure is no higher/)
  assert.doesNotMatch((await reportOf(example)).html, /≤/)
})

test('a void condition says its own reason, and blames nobody else', async () => {
  const why = 'the service was still busy with the trial before'
  const { html } = await reportOf(withConditions(strategies(), { void: why }))
  assert.match(html, /Void: these figures must not be used\./)
  assert.equal(html.match(/<li>[^<]*still busy with the trial before<\/li>/g)?.length, 6)
  assert.doesNotMatch(html, /could not keep up/)
})

test('what was not sent, or broken off with the run, is no failure of the service', async () => {
  const example = strategies()
  const reasons = { 'gave up': 1, 'not sent': 2, interrupted: 3 }
  const [first] = example.summary.conditions
  const summary = {
    ...example.summary,
    conditions: [
      {
        ...first!,
        requests: { sent: 30, completed: 24, failed: 6, refused: 0 },
        reasons,
        bystander: { ...first!.bystander!, reasons: { interrupted: 1 } },
        trials: first!.trials.map((each) => ({ ...each, state: 'partial' as const })),
      },
    ],
  }
  const lost = Object.entries(reasons).map(([reason], index) => ({
    ...({ trial: 0, kind: 'task', due: 4000 * (index + 1), sent: 4000 * (index + 1) } as const),
    ...({ accepted: null, started: null, ended: 19_000, outcome: 'failed', status: 0 } as const),
    reason,
  }))
  const { html, plots } = await reportOf({
    ...example,
    summary,
    records: [...example.records, ...lost],
  })
  const [cells = ''] = /<tbody>\n<tr>.*?<\/tr>/s.exec(html) ?? []
  const numbers = [...cells.matchAll(/<td[^>]*>([^<]*)/g)].map(([, text]) => text)
  assert.deepEqual(numbers.slice(0, 6), ['28', '24', '1', '0', '3', '2'])
  assert.match(html, /: open when the run was interrupted \(3\), not sent, because as many/)
  assert.match(html, /bystander: open when the run was interrupted \(1\)/)
  assert.match(html, /This trial was interrupted after 20 s/)
  const { svg } = plots.find(({ name }) => name.startsWith('over-time'))!
  for (const said of ['task failed', 'task not sent', 'task cut off']) assert.ok(svg.includes(said))
})

test('a trial that nobody saw to its end is shown as far as it is known', async () => {
  const example = saturation()
  const trials = example.run.trials.map((each) => ({
    ...{ ...each, state: 'partial' as const, durationMs: null, generator: null },
  }))
  const conditions = example.summary.conditions.map((each) => ({
    ...{ ...each, generatorCpu: 0 },
    trials: each.trials.map((trial) => ({
      ...{ ...trial, state: 'partial' as const, durationMs: 7000 },
    })),
  }))
  const { html, plots } = await reportOf({
    ...example,
    run: { ...example.run, trials },
    summary: { ...example.summary, conditions },
    records: example.records.filter(({ due }) => due <= 7000),
  })
  const { svg } = plots.find(({ name }) => name === 'over-time-thread')!
  assert.match(svg, />7<\/text>/)
  assert.doesNotMatch(svg, />8<\/text>/)
  assert.match(html, /2, of which 2 interrupted; asked for: 1 repetition of each condition/)
  assert.doesNotMatch(html, /NaN|Infinity|undefined|null/)
})

test('a trial without any time is drawn without any', async () => {
  const example = strategies()
  const trials = example.summary.conditions[0]!.trials.map((each) => ({ ...each, durationMs: 0 }))
  const { html } = await reportOf({
    ...withConditions(example, { trials }),
    records: example.records.filter(({ due }) => due <= 0),
  })
  assert.doesNotMatch(html, /NaN|Infinity|undefined|null/)
})

for (const conditions of [1, 6, 24])
  test(`a million records make a report below 2 MB, of ${conditions} conditions`, async () => {
    const base = many()
    const summary = {
      ...base.summary,
      conditions: base.summary.conditions.slice(0, conditions),
    }
    const { html, plots } = await reportOf({
      ...{ run: base.run, summary },
      records: crowd(conditions, Math.ceil(1e6 / conditions)),
      samples: [],
    })
    assert.ok(html.length < 2e6, `${html.length} characters`)
    for (const { name, svg } of plots) {
      const marks = svg.split('\n').map((line) => line.match(/[MVL]/g)?.length ?? 0)
      assert.ok(Math.max(...marks) <= 2500, `${name}: ${Math.max(...marks)} marks in a series`)
    }
  })

/** Of so many trials: tasks that leave gaps everywhere, and bystanders of which every third fails. */
function* crowd(trials: number, each: number): Generator<RequestRecord> {
  const random = createRandom(5)
  for (let trial = 0; trial < trials; trial++)
    for (let index = 0; index < each; index++) {
      const due = (20_000 * index) / each
      const isTask = index % 2 === 0
      const isLost = random() < (isTask ? 0.1 : 0.3)
      const ended = due + (20_000 / each) * (0.1 + random()) * (index % 97 === 0 ? 100 : 1)
      yield {
        ...{ trial, kind: isTask ? 'task' : 'bystander', due, sent: due, ended },
        ...{ accepted: due, started: due, status: isLost ? 503 : 200 },
        outcome: isLost ? (isTask ? 'refused' : 'failed') : 'completed',
      }
    }
}

test('rates that differ are one line of a place', async () => {
  const example = saturation()
  const conditions = [2, 4].map((perS) => ({
    ...example.summary.conditions[1]!,
    key: `queue-${perS}`,
    label: `queue, ${perS}/s`,
    load: [{ offeredPerS: perS, throughputPerS: Math.min(perS, 3.5) }],
  }))
  const { plots } = await reportOf({ ...example, summary: { ...example.summary, conditions } })
  const { svg } = plots.find(({ name }) => name === 'throughput')!
  assert.match(svg, />queue<\/text>/)
  assert.match(svg, /queue, 4\/s: 3\.5 of 4 a second/)
})

test("a bystander's line does not bridge what failed", async () => {
  const example = strategies()
  const summary = { ...example.summary, conditions: example.summary.conditions.slice(0, 1) }
  const records = example.records
    .filter(({ trial, kind, due }) => trial === 0 && kind === 'bystander' && due >= 0)
    .map((each) => (each.due === 5000 ? { ...each, outcome: 'failed' as const } : each))
  const { plots } = await reportOf({ ...example, summary, records })
  const { svg } = plots.find(({ name }) => name.startsWith('over-time'))!
  const [, line = ''] = /class="line thin ink" d="([^"]+)"/.exec(svg) ?? []
  assert.equal(line.match(/M/g)?.length, 2)
  assert.match(svg, /bystander failed/)
})
