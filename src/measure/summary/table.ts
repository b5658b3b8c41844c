import { type TextColumn, textTable } from '../../report/text-table.ts'
import { rounded } from '../../report/words.ts'
import { noMoreThan } from './lateness.ts'
import type { ConditionSummary, Summary } from './schema.ts'

/** A column of the table; left out where it is optional and no condition has a value. */
interface Column extends TextColumn {
  optional?: true
  value(condition: ConditionSummary): number | null | undefined
  /** How a value is written, if not as milliseconds are. */
  form?: (value: number) => string
  /** The value may be too high. */
  isLate?(condition: ConditionSummary): boolean
}

const whole = (value: number) => String(value)
const threeDigits = (value: number) => String(Number(value.toPrecision(3)))

const columns: readonly Column[] = [
  { heading: 'sent', form: whole, value: ({ requests }) => requests.sent },
  { heading: 'done', form: whole, value: ({ requests }) => requests.completed },
  { heading: 'failed', form: whole, value: ({ requests }) => requests.failed },
  { heading: 'refused', form: whole, value: ({ requests }) => requests.refused },
  ...(['p50', 'p90', 'p99', 'p999'] as const).map(
    (name): Column => ({
      group: 'latency, ms',
      heading: name === 'p999' ? 'p99.9' : name,
      optional: true,
      value: ({ latencyMs }) => latencyMs[name],
      isLate: ({ lateAt }) => lateAt.includes(name),
    }),
  ),
  {
    group: 'latency, ms',
    heading: 'max',
    value: ({ latencyMs }) => latencyMs.max,
    isLate: ({ lateAt }) => lateAt.includes('max'),
  },
  { group: 'results/s', heading: 'all', form: threeDigits, value: (each) => each.throughputPerS },
  { group: 'results/s', heading: 'good', form: threeDigits, value: (each) => each.goodputPerS },
  ...(['p99', 'max'] as const).map(
    (name): Column => ({
      group: 'bystander, ms',
      heading: name,
      optional: true,
      value: ({ bystander }) => bystander?.latencyMs[name],
      isLate: ({ bystander }) => bystander?.lateAt.includes(name) === true,
    }),
  ),
  {
    group: 'CPU s',
    heading: '/task',
    optional: true,
    form: (value) => String(rounded(value)),
    value: ({ cpu }) => cpu?.perTaskS,
  },
]

/**
 * The summary as a table for a terminal, a row a condition, with a newline at its end. Times are in
 * milliseconds; `done` are completed; `results/s` are throughput and goodput. A condition that is void has a `!`,
 * a figure that may be too high because the generator was late a `≤`; what either means stands below.
 */
export function summaryTable({ conditions }: Pick<Summary, 'conditions'>): string {
  const shown = columns.filter(
    ({ optional, value }) =>
      optional === undefined || conditions.some((condition) => (value(condition) ?? null) !== null),
  )
  const rows = conditions.map((condition) => ({
    label: condition.void === null ? condition.label : `! ${condition.label}`,
    cells: shown.map((column) => cell(column, condition)),
  }))
  const lines = [
    ...textTable({ rowsAre: 'condition', columns: shown, rows }),
    ...notes(
      conditions,
      rows.flatMap(({ cells }) => cells),
    ),
  ]
  return lines.map((text) => `${text}\n`).join('')
}

function cell(column: Column, condition: ConditionSummary): string {
  const { value, form = milliseconds, isLate } = column
  const number = value(condition) ?? null
  if (number === null) return '—'
  return `${isLate?.(condition) === true ? noMoreThan : ''}${form(number)}`
}

function milliseconds(ms: number): string {
  return ms < 0.01 ? '0' : String(rounded(ms))
}

function notes(conditions: readonly ConditionSummary[], cells: readonly string[]): string[] {
  const reasons = new Set(conditions.flatMap(({ void: why }) => (why === null ? [] : [why])))
  const isAnyLate = cells.some((text) => text.startsWith(noMoreThan))
  return [
    ...[...reasons].map((why) => `! void: ${why}`),
    ...(isAnyLate
      ? [`${noMoreThan} the generator was late then: the true figure is no higher`]
      : []),
  ]
}
