import type { ConditionSummary, Percentiles } from '../summary/schema.ts'
import { type Markup, markup } from './markup.ts'
import { cell as digits, unknown } from './words.ts'

/** One column: what its group is, its own name, and a condition's cell. */
interface Column {
  group: string
  name: string
  cell: (condition: ConditionSummary) => string
}

interface Table {
  name: string
  /** What is in it, and in which units. */
  caption: string
  columns: Column[]
}

const whole = (value: number) => value.toLocaleString('en-US')

/** p50 to max, as far as any condition's sample supports them. */
function percentiles(
  group: string,
  of: (condition: ConditionSummary) => Percentiles | null | undefined,
  which: readonly (keyof Percentiles)[] = ['p50', 'p90', 'p99', 'p999', 'max'],
): Column[] {
  return which.map((key) => ({
    group,
    name: key === 'p999' ? 'p99.9' : key,
    cell: (condition) => digits(of(condition)?.[key]),
  }))
}

const tables: readonly Table[] = [
  {
    name: 'Requests and latency',
    caption: 'From when a request was due until its client had the result, in milliseconds.',
    columns: [
      ...(['sent', 'completed', 'failed', 'refused'] as const).map((name) => ({
        group: 'requests',
        name,
        cell: ({ requests }: ConditionSummary) => whole(requests[name]),
      })),
      ...percentiles('latency, ms', ({ latencyMs }) => latencyMs),
    ],
  },
  {
    name: 'What others felt',
    caption:
      'The bystander: a cheap request at a rate of its own, in milliseconds from when it was due.',
    columns: [
      {
        group: 'bystander requests',
        name: 'sent',
        cell: ({ bystander }) => (bystander === null ? unknown : whole(bystander.requests.sent)),
      },
      {
        group: 'bystander requests',
        name: 'not completed',
        cell: ({ bystander }) =>
          bystander === null
            ? unknown
            : whole(bystander.requests.failed + bystander.requests.refused),
      },
      ...percentiles('latency, ms', ({ bystander }) => bystander?.latencyMs),
    ],
  },
  {
    name: 'What was done, and at what cost',
    caption:
      'Rates are requests a second; CPU is in seconds of one core, of all instances together.',
    columns: [
      { group: 'a second', name: 'offered', cell: (each) => digits(each.offeredPerS) },
      { group: 'a second', name: 'throughput', cell: (each) => digits(each.throughputPerS) },
      { group: 'a second', name: 'goodput', cell: (each) => digits(each.goodputPerS) },
      { group: 'CPU, s', name: 'per task', cell: ({ cpu }) => digits(cpu?.perTaskS) },
      { group: 'CPU, s', name: 'wasted', cell: ({ cpu }) => digits(cpu?.wastedS) },
      { group: 'CPU, s', name: 'in all', cell: ({ cpu }) => digits(cpu?.processS) },
      { group: 'jobs waiting', name: 'mean', cell: ({ queueDepth }) => digits(queueDepth?.mean) },
      { group: 'jobs waiting', name: 'most', cell: ({ queueDepth }) => digits(queueDepth?.max) },
    ],
  },
  {
    name: 'Where the time went, and the generator',
    caption:
      'In milliseconds; accepted and started from when a request was due. Lag is how late the generator sent: its own share of the latency.',
    columns: [
      ...percentiles('accepted', ({ acceptedMs }) => acceptedMs, ['p50', 'max']),
      ...percentiles('started', ({ startedMs }) => startedMs, ['p50', 'max']),
      ...percentiles('run of the task', ({ runMs }) => runMs, ['p50', 'max']),
      ...percentiles('lag', ({ lagMs }) => lagMs, ['p99', 'max']),
      { group: 'generator', name: 'cores', cell: (each) => digits(each.generatorCpu) },
    ],
  },
]

/** All figures of all conditions. Columns that nobody has a figure for are left out. */
export function figuresOf(conditions: readonly ConditionSummary[]): Markup {
  return markup`${tables.map((table) => oneTable(table, conditions))}${notes(conditions)}`
}

function oneTable({ name, caption, columns }: Table, conditions: readonly ConditionSummary[]) {
  const shown = columns.filter(({ cell }) => conditions.some((each) => cell(each) !== unknown))
  if (shown.length === 0) return null
  const groups = [...Map.groupBy(shown, ({ group }) => group)]
  const first = new Set(groups.map(([, of]) => of[0]))
  const edge = (column: Column) => (first.has(column) ? markup` class="edge"` : null)
  return markup`<div class="scroll" role="group" tabindex="0" aria-label="${name}">
<table>
<caption><span><strong>${name}.</strong> ${caption}</span></caption>
<thead>
<tr><td></td>${groups.map(([group, of]) => markup`<th scope="colgroup" class="edge" colspan="${of.length}">${group}</th>`)}</tr>
<tr><th scope="col">condition</th>${shown.map((column) => markup`<th scope="col"${edge(column)}>${column.name}</th>`)}</tr>
</thead>
<tbody>
${conditions.map(
  (condition) =>
    markup`<tr${condition.void !== null && markup` class="void"`}><th scope="row">${condition.label}${condition.void !== null && markup` <em>void</em>`}</th>${shown.map((column) => markup`<td${edge(column)}>${column.cell(condition)}</td>`)}</tr>\n`,
)}</tbody>
</table>
</div>
`
}

/** Why requests were not completed, and which trials do not count. */
function notes(conditions: readonly ConditionSummary[]): Markup | null {
  const reasons = conditions.flatMap(({ label, reasons }) => {
    const counts = Object.entries(reasons).toSorted(([, a], [, b]) => b - a)
    if (counts.length === 0) return []
    return [
      `${label}: ${counts.map(([reason, count]) => `${reason} (${whole(count)})`).join(', ')}`,
    ]
  })
  const left = conditions.flatMap((condition) => {
    const void_ = condition.trials.filter((trial) => trial.void !== null)
    if (condition.void !== null || void_.length === 0) return []
    return [
      `${condition.label}: ${void_.length} of ${condition.trials.length} trials, ${void_[0]?.void}`,
    ]
  })
  if (reasons.length + left.length === 0) return null
  const list = (title: string, lines: string[]) =>
    lines.length > 0 &&
    markup`<p>${title}</p>\n<ul>${lines.map((line) => markup`<li>${line}</li>`)}</ul>\n`
  return markup`<div class="notes">
${list('Why requests were not completed:', reasons)}${list('Trials that are void and left out:', left)}</div>
`
}
