import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Plan } from '../answer/plan.ts'
import { examplePlan, infeasiblePlan, largePlan, without } from './plan.fixture.ts'
import { buildPlanReport } from './report.ts'

const about = {
  command: 'unblock plan --rate 50',
  at: '2026-11-26T16:40:00.000Z',
  version: '0.1.0',
}
const reportOf = (plan: Plan) => buildPlanReport(plan, about)

/** The row of an executor (or of anything else) in the table with this name, without its tags. */
function row(html: string, table: string, header: string): string[] {
  const from = html.indexOf(`<strong>${table}.</strong>`)
  assert.ok(from > 0, `no table ${table}`)
  const rows = html.slice(from, html.indexOf('</table>', from)).split('<tr')
  const found = rows.find((each) => each.includes(`scope="row">${header}`))
  assert.ok(found, `no row ${header}`)
  return [...found.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, text]) => text!)
}

test('a report has its verdict, every executor and every plot, and is the same each time', () => {
  const { html, plots } = reportOf(examplePlan())
  for (const sentence of examplePlan().verdict) assert.ok(html.includes(sentence))
  assert.deepEqual(
    plots.map(({ name }) => name),
    [
      'latency-against-load-event-loop',
      'latency-against-load-thread',
      'latency-against-load-queue',
      'instances-against-load',
      'cost-against-load',
      'time-alone',
      'tasks-at-once',
      'balancing',
    ],
  )
  assert.equal(html.match(/<svg /g)?.length, plots.length)
  assert.equal(html.match(/<svg [^>]*role="img" aria-label="[^"]{40}/g)?.length, plots.length)
  assert.equal(reportOf(examplePlan()).html, html)
})

test('tables say how many are enough, within which bounds, and what is then predicted', () => {
  const { html } = reportOf(examplePlan())
  assert.deepEqual(row(html, 'The fewest that are enough', 'queue'), [
    ...['1', '2', '2 to 3', '5', '0.210', '53.9', '7.8 %', 'latency'],
  ])
  const predicted = row(html, 'How fast that is', 'event-loop')
  assert.match(predicted[1]!, /^283 \(263–317\)$/)
  assert.equal(predicted[3], '214')
  assert.deepEqual(row(html, 'What is needed if things change', '60 requests/s come'), [
    ...['6', '1 more', '3', '1 more', '1', '3', '1 more'],
  ])
  assert.equal(row(html, 'Balancing policies', 'round_robin')[3], '741')
})

test('what lies outside of what was measured is marked in the tables, and said', () => {
  const { html } = reportOf(examplePlan())
  assert.equal(html.match(/scope="row">event-loop \*</g)?.length, 3)
  assert.doesNotMatch(html, /scope="row">(thread|queue) \*</)
  assert.match(html, /<li>event-loop: 5 servers were not measured, but 1; rates above 14\.8\/s/)
  const inside = examplePlan()
  const answers = inside.answers.map((answer) => ({ ...answer, outside: [] }))
  const said = reportOf({ ...inside, answers }).html
  assert.doesNotMatch(said, /scope="row">event-loop \*</)
  assert.match(said, /Nothing of what is asked/)
})

test('a report asks nobody for anything', () => {
  const { html } = reportOf(examplePlan())
  assert.doesNotMatch(html, /<(script|link|img|iframe|object)\b|@import|url\(|\bhref=|\bsrc=/)
  assert.match(html, /default-src 'none'/)
})

test('what people have named cannot become markup', () => {
  const evil = `<script>alert(1)</script>"'&`
  const plan = examplePlan()
  const { profile, question } = plan
  const { html, plots } = buildPlanReport(
    {
      ...plan,
      question: { ...question, arrivals: { kind: 'trace', name: evil, gapsMs: [1, 2] } },
      profile: {
        ...profile,
        task: evil,
        params: { [evil]: evil },
        runs: [evil],
        machine: { ...profile.machine, cpus: evil },
        assumed: [evil],
      },
      verdict: [evil, evil],
      answers: plan.answers.map((answer) => ({ ...answer, outside: [evil] })),
    },
    { command: evil, at: evil, version: evil },
  )
  for (const text of [html, ...plots.map(({ svg }) => svg)]) {
    assert.doesNotMatch(text, /<script/)
    assert.doesNotMatch(text, /="[^"]*"'/)
  }
  assert.ok(html.includes('&lt;script&gt;'))
})

test('an executor that cannot do it has dashes and a reason, and no curve', () => {
  const { html, plots } = reportOf(infeasiblePlan())
  assert.ok(row(html, 'The fewest that are enough', 'event-loop').every((text) => text === '—'))
  assert.match(html, /No number of instances is enough:.*a task alone takes 64 ms/s)
  assert.ok(!plots.some(({ name }) => name === 'latency-against-load-event-loop'))
  const { svg } = plots.find(({ name }) => name === 'instances-against-load')!
  assert.doesNotMatch(svg, /event-loop/)
})

test('where nothing suffices at all there are reasons, what it was made from, and no curve of a load', () => {
  const plan = examplePlan()
  const answers = plan.answers.map((answer) => without(answer, `no: ${answer.executor}`))
  const { html, plots } = reportOf({ ...plan, answers, policies: [] })
  assert.deepEqual(
    plots.map(({ name }) => name),
    ['time-alone', 'tasks-at-once'],
  )
  assert.equal(html.match(/<li>[a-z-]+: no: /g)?.length, 3)
  assert.doesNotMatch(html, /NaN|Infinity|undefined|null/)
})

test('without a price cost is counted in cores', () => {
  const plan = examplePlan()
  const { html, plots } = reportOf({ ...plan, question: { ...plan.question, corePrice: null } })
  assert.match(plots.find(({ name }) => name === 'cost-against-load')!.svg, /<title>Cores against/)
  assert.doesNotMatch(html, /an hour<\/th>/)
})

test('what is not known is a dash or a word, at any size', () => {
  for (const plan of [examplePlan(), infeasiblePlan(), largePlan()]) {
    const { html, plots } = reportOf(plan)
    for (const text of [html, ...plots.map(({ svg }) => svg)])
      assert.doesNotMatch(text, /NaN|Infinity|undefined|null|\[object/)
  }
})

test('of a percentile within which so many are never done, tables say so, and lines leave the plot', () => {
  const plan = examplePlan()
  const answers = plan.answers.map((answer) => ({
    ...answer,
    predicted: { ...answer.predicted!, p99: { ms: Infinity, low: 800, high: Infinity } },
    curves: {
      ...answer.curves!,
      latency: answer.curves!.latency.map((each, index) =>
        index < 9 ? each : { ...each, p95: Infinity, p99: Infinity, refused: 0.1 },
      ),
    },
  }))
  const policies = plan.policies.map((policy) => ({ ...policy, p999: Infinity }))
  const { html, plots } = reportOf({ ...plan, answers, policies })
  assert.equal(row(html, 'How fast that is', 'queue')[2], 'never (800–never)')
  assert.equal(row(html, 'Balancing policies', 'random_two')[3], 'never')
  for (const { svg } of plots) assert.doesNotMatch(svg, /NaN|Infinity/)
  const { svg } = plots.find(({ name }) => name === 'latency-against-load-thread')!
  assert.match(svg, /never at 57/)
  const [, end] = /class="line blue" d="[^"]*L([\d.]+ [\d.]+)"/.exec(svg)!
  assert.equal(end!.split(' ')[1], '62', 'p95 goes on to the top')
})

test('a task that was never measured beside others has a law that says so', () => {
  const plan = examplePlan()
  const scaling = {
    points: [],
    usl: {
      sigma: 0,
      kappa: 0,
      sigmaInterval: { low: 0, high: 0.3 },
      kappaInterval: { low: 0, high: 0 },
      free: 'none' as const,
    },
    measuredTo: 1,
  }
  const { html, plots } = reportOf({ ...plan, profile: { ...plan.profile, scaling } })
  assert.match(
    html,
    /not measured: tasks never ran side by side; sigma is taken to be 0 \(0 to 0\.3\)/,
  )
  assert.match(plots.find(({ name }) => name === 'tasks-at-once')!.svg, /beyond what was measured/)
  assert.doesNotMatch(html, /NaN|Infinity|undefined/)
})

test('each kind of arrivals, and failures, are told in words', () => {
  const plan = examplePlan()
  const said = (changes: Partial<Plan['question']>) =>
    reportOf({ ...plan, question: { ...plan.question, ...changes } }).html
  assert.match(said({ arrivals: { kind: 'even' } }), /50 a second, evenly spaced/)
  assert.match(
    said({ arrivals: { kind: 'bursts', times: 5, everyMs: 60_000, lengthMs: 2000 } }),
    /5 times as many for 2 s of every 1 min/,
  )
  assert.match(
    said({ arrivals: { kind: 'trace', name: 'monday.txt', gapsMs: [1, 2, 3] } }),
    /spaced as in monday\.txt \(3 gaps\)/,
  )
  const failing = said({
    failures: { meanBetweenMs: 3_600_000, downMs: 5000, handBackMs: 12_000 },
  })
  assert.match(failing, /dies once in 1 h on average and is back after 5 s; .* after 12 s/)
  assert.doesNotMatch(failing, /No instance dies, starts or stops/)
})
