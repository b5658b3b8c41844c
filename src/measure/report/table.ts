import { type Markup, markup } from '../../report/markup.ts'
import { type Table as ReportTable, type Column as TableColumn, table } from '../../report/table.ts'
import { cell as digits, unknown } from '../../report/words.ts'
import type { ConditionSummary, Figure, Percentiles } from '../summary/schema.ts'
import { notOfTheService } from './loss.ts'
import { lateMark, notes } from './notes.ts'

/** A column with a condition's cell. */
interface Column extends TableColumn {
  cell: (condition: ConditionSummary) => string
  /** Left out where it says 0 of every condition. */
  isRare?: true
}

interface Table extends Pick<ReportTable, 'name' | 'caption'> {
  columns: Column[]
}

const whole = (value: number) => value.toLocaleString('en-US')

/** p50 to max, as far as any condition's sample supports them; those that lag may have made higher are marked. */
function percentiles(
  group: string,
  of: (condition: ConditionSummary) => Percentiles | null | undefined,
  {
    which = ['p50', 'p90', 'p99', 'p999', 'max'],
    lateAt = () => [],
  }: {
    which?: readonly Figure[]
    lateAt?: (condition: ConditionSummary) => readonly Figure[]
  } = {},
): Column[] {
  return which.map((key) => ({
    group,
    name: key === 'p999' ? 'p99.9' : key,
    cell(condition) {
      const text = digits(of(condition)?.[key])
      return text !== unknown && lateAt(condition).includes(key) ? `${lateMark}${text}` : text
    },
  }))
}

type Count = (condition: ConditionSummary) => number

const lostTo =
  (reason: (typeof notOfTheService)[number]): Count =>
  ({ reasons }) =>
    reasons[reason] ?? 0

/** What became of the requests that were due. What is not the service's is no failure here. */
const requests: readonly Column[] = [
  counts('sent', (each) => each.requests.sent - lostTo('not sent')(each)),
  counts('completed', (each) => each.requests.completed),
  counts('failed', (each) =>
    notOfTheService.reduce((left, reason) => left - lostTo(reason)(each), each.requests.failed),
  ),
  counts('refused', (each) => each.requests.refused),
  { ...counts('interrupted', lostTo('interrupted')), isRare: true },
  { ...counts('not sent', lostTo('not sent')), isRare: true },
]

function counts(name: string, of: Count): Column {
  return { group: 'requests', name, cell: (condition) => whole(of(condition)) }
}

const tables: readonly Table[] = [
  {
    name: 'Requests and latency',
    caption: 'From when a request was due until its client had the result, in milliseconds.',
    columns: [
      ...requests,
      ...percentiles('latency, ms', ({ latencyMs }) => latencyMs, {
        lateAt: (each) => each.lateAt,
      }),
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
      ...percentiles('latency, ms', ({ bystander }) => bystander?.latencyMs, {
        lateAt: ({ bystander }) => bystander?.lateAt ?? [],
      }),
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
      ...percentiles('accepted', ({ acceptedMs }) => acceptedMs, { which: ['p50', 'max'] }),
      ...percentiles('started', ({ startedMs }) => startedMs, { which: ['p50', 'max'] }),
      ...percentiles('run of the task', ({ runMs }) => runMs, { which: ['p50', 'max'] }),
      ...percentiles('lag', ({ lagMs }) => lagMs, { which: ['p99', 'max'] }),
      { group: 'generator', name: 'cores', cell: (each) => digits(each.generatorCpu || null) },
    ],
  },
]

/** All figures of all conditions. Columns that nobody has a figure for are left out. */
export function figuresOf(conditions: readonly ConditionSummary[]): Markup {
  return markup`${tables.map((table) => oneTable(table, conditions))}${notes(conditions)}`
}

function oneTable({ name, caption, columns }: Table, conditions: readonly ConditionSummary[]) {
  const shown = columns.filter(({ cell, isRare }) =>
    conditions.map(cell).some((text) => text !== unknown && !(isRare && text === '0')),
  )
  if (shown.length === 0) return null
  return table({
    name,
    caption,
    rowsAre: 'condition',
    columns: shown,
    rows: conditions.map((condition) => ({
      header: markup`${condition.label}${condition.void !== null && markup` <em>void</em>`}`,
      cells: shown.map(({ cell }) => cell(condition)),
      isVoid: condition.void !== null,
    })),
  })
}
