import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Plan } from '../answer/plan.ts'
import {
  endlessPlan,
  examplePlan,
  hopelessPlan,
  infeasiblePlan,
  largePlan,
} from './plan.fixture.ts'
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

test('tables say how many are enough, within which bounds, at what cost, and what is then predicted', () => {
  const plan = examplePlan()
  const [loop, thread, queue] = plan.answers
  const [first, ...others] = queue!.sensitivity
  const answers = [
    loop!,
    thread!,
    {
      ...queue!,
      fewest: { servers: 1, workers: 2, cores: 5 },
      instancesInterval: { low: 2, high: 3 },
      cost: 0.21,
      predicted: { ...queue!.predicted!, p95: { ms: 236.4, low: 209.3, high: 1264 } },
      headroom: { ratePerS: 30, breaks: 'cores' as const, isOutside: true },
      sensitivity: [
        {
          ...first!,
          fewest: { servers: 6, workers: 60, cores: 126 },
          more: { servers: 5, workers: 58 },
          isOutside: true,
        },
        ...others,
      ],
    },
  ]
  const { html } = reportOf({ ...plan, answers })
  assert.deepEqual(row(html, 'The fewest that are enough', 'queue'), [
    ...['1', '2', '2 to 3', '5', '0.210', '30 *', '25%', 'cores'],
  ])
  assert.equal(row(html, 'How fast that is', 'queue')[1], '236 (209–1,260)')
  assert.deepEqual(row(html, 'What is needed if things change', '26.4 requests/s come').slice(-3), [
    ...['6 *', '60 *', '+5 servers, +58 workers'],
  ])
})

test('without a price there is no cost', () => {
  const plan = examplePlan()
  const answers = plan.answers.map((answer) => ({ ...answer, cost: null }))
  assert.match(reportOf(plan).html, /an hour<\/th>/)
  assert.doesNotMatch(reportOf({ ...plan, answers }).html, /an hour<\/th>/)
})

test('bounds are shown even where they are as narrow as the figure', () => {
  const plan = examplePlan()
  const answers = plan.answers.map((answer) => ({ ...answer, instancesInterval: null }))
  const { html } = reportOf({ ...plan, answers })
  assert.match(html, /times alone<\/th>/)
  assert.equal(row(html, 'The fewest that are enough', 'thread')[2], '1')
})

test('a mean wait by theory is shown where waits are notable, and nowhere else', () => {
  const withTheory = (waitMs: number) => {
    const plan = examplePlan()
    const answers = plan.answers.map((answer) => ({
      ...answer,
      predicted: { ...answer.predicted!, theory: { waitMs, simulatedWaitMs: 3 * waitMs } },
    }))
    return reportOf({ ...plan, answers }).html
  }
  assert.match(withTheory(0.25), /by theory<\/th>/)
  assert.doesNotMatch(withTheory(0.15), /by theory<\/th>/)
})

test('what lies outside of what was measured is marked in the tables, and said once', () => {
  const plan = examplePlan()
  const [loop, thread, queue] = plan.answers
  const both = 'more than one machine'
  const said = reportOf({
    ...plan,
    answers: [
      { ...loop!, outside: [both] },
      { ...thread!, outside: [] },
      { ...queue!, outside: [both, 'more than 1 worker'] },
    ],
  }).html
  assert.equal(said.match(/scope="row">event-loop \*</g)?.length, 3)
  assert.doesNotMatch(said, /scope="row">thread \*</)
  assert.match(said, /<li>event-loop, queue: more than one machine<\/li>/)
  assert.match(said, /<li>queue: more than 1 worker<\/li>/)
})

test('where nothing lies outside of what was measured, nothing is marked', () => {
  const plan = examplePlan()
  const answers = plan.answers.map((answer) => ({
    ...answer,
    outside: [],
    headroom: { ...answer.headroom!, isOutside: false },
    sensitivity: answer.sensitivity.map((each) => ({ ...each, isOutside: false })),
  }))
  const { html } = reportOf({ ...plan, answers, policies: null })
  assert.match(html, /Nothing of what is asked/)
  assert.doesNotMatch(html, / \*[<:. ]/)
})

test('curves are lighter from where they lie outside of what was measured', () => {
  const plan = examplePlan()
  const flagged = (isOutside: boolean) => ({
    ...plan,
    answers: plan.answers.map((answer) => ({
      ...answer,
      curves: {
        ...answer.curves!,
        latency: answer.curves!.latency.map((each) => ({ ...each, isOutside })),
        instances: answer.curves!.instances.map((each) => ({ ...each, isOutside })),
      },
    })),
  })
  const lighter = (isOutside: boolean) =>
    reportOf(flagged(isOutside))
      .plots.filter(({ svg }) => svg.includes('lighter: beyond what was measured'))
      .map(({ name }) => name)
  assert.deepEqual(lighter(false), [])
  assert.equal(lighter(true).length, 5)
})

test('the caption of a latency curve names what breaks', () => {
  const plan = examplePlan()
  const answers = plan.answers.map((answer) => ({
    ...answer,
    headroom: { ...answer.headroom!, breaks: 'cores' as const },
  }))
  assert.equal(
    reportOf({ ...plan, answers }).html.match(
      /enough as far as the dotted line; then their cores have hardly any time left\./g,
    )?.length,
    3,
  )
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
  assert.ok(row(html, 'The fewest that are enough', 'thread').every((text) => text === '—'))
  assert.match(html, /No number of instances is enough:.*<li>thread: even without any wait/s)
  assert.ok(!plots.some(({ name }) => name === 'latency-against-load-thread'))
  const { svg } = plots.find(({ name }) => name === 'instances-against-load')!
  assert.doesNotMatch(svg, /thread/)
})

test('where nothing suffices at all there are reasons, what it was made from, and no curve of a load', () => {
  const { html, plots } = reportOf(hopelessPlan())
  assert.deepEqual(
    plots.map(({ name }) => name),
    ['time-alone', 'tasks-at-once'],
  )
  assert.equal(html.match(/<li>[a-z-]+: even without any wait/g)?.length, 3)
})

test('without a price what is drawn is cores', () => {
  const plan = examplePlan()
  const { plots } = reportOf({ ...plan, question: { ...plan.question, corePrice: null } })
  assert.match(plots.find(({ name }) => name === 'cost-against-load')!.svg, /<title>Cores against/)
})

test('what is not known is a dash or a word, at any size', () => {
  for (const plan of [
    examplePlan(),
    infeasiblePlan(),
    hopelessPlan(),
    largePlan(),
    endlessPlan(),
  ]) {
    const { html, plots } = reportOf(plan)
    for (const text of [html, ...plots.map(({ svg }) => svg)])
      assert.doesNotMatch(text, /NaN|Infinity|undefined|null|\[object/)
  }
})

test('of a percentile within which so many are never done, tables say so, and lines leave the plot', () => {
  const plan = endlessPlan()
  const { html, plots } = reportOf(plan)
  assert.equal(row(html, 'How fast that is', 'queue')[2], 'never (800–never)')
  assert.match(row(html, 'The fewest that are enough', 'thread')[2]!, /^1 or none$/)
  assert.equal(row(html, 'Balancing policies', 'random_two')[3], 'never')
  const { svg } = plots.find(({ name }) => name === 'latency-against-load-thread')!
  assert.match(svg, /never at 2\d/)
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
  assert.match(said({ arrivals: { kind: 'even' } }), /24 a second, evenly spaced/)
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
  assert.match(said({ refusedAtMost: 0.000_01 }), /at most 1 of 100,000 may be refused or expire/)
})
