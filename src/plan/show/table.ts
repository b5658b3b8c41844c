import { type TextColumn, type TextTable, textTable } from '../../report/text-table.ts'
import {
  count,
  cell as digits,
  figure,
  percentCell,
  rounded,
  signed,
  thousands,
  unknown,
} from '../../report/words.ts'
import { wrap } from '../../report/wrap.ts'
import type { Answer, Plan, PolicyOutcome, Sensitivity } from '../answer/plan.ts'
import {
  type Enough,
  instancesRange,
  isEnough,
  isPolicyOutside,
  marked,
  orNever,
  outsideMark,
} from './words.ts'

/** Before an executor of which no number of instances is enough. */
const noneMark = '!'

const width = 100

/**
 * The plan as tables for a terminal, with a newline at its end: the fewest instances that are enough, what is predicted
 * of them (times are milliseconds; `busy` is of the cores that run tasks, `waiting` are requests or jobs), what is
 * needed if things change, and how the balancing matters. What is not just what was measured bears a mark: the verdict
 * says why. Below them, what is taken for granted.
 */
export function planTable(plan: Plan): string {
  const { answers, profile } = plan
  const tables = [
    answerTable(answers, sizeColumns),
    answerTable(answers, predictedColumns),
    sensitivityTable(plan),
    policiesTable(plan),
  ].filter((lines) => lines.length > 0)
  const isMarked = tables.flat().some((line) => line.includes(` ${outsideMark}`))
  const notes = [
    ...answers.flatMap(whyNone),
    ...(isMarked ? [`${outsideMark} beyond what was measured: why is said below`] : []),
    ...(profile.assumed.length > 0 ? [`Taken for granted: ${profile.assumed.join('; ')}`] : []),
  ].flatMap((note) => wrap(note, width, '  '))
  return [...tables, notes]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
    .join('\n')
}

interface Column extends TextColumn {
  cell(answer: Enough): string
  /** It is left out where it says nothing of any executor. */
  isOfUse?(answers: readonly Answer[]): boolean
}

const sizeColumns: readonly Column[] = [
  { group: 'the fewest', heading: 'servers', cell: ({ fewest }) => thousands(fewest.servers) },
  {
    group: 'the fewest',
    heading: 'workers',
    cell: ({ executor, fewest }) => (executor === 'queue' ? thousands(fewest.workers) : unknown),
    isOfUse: (answers) => answers.some(({ executor }) => executor === 'queue'),
  },
  { group: 'by the measured', heading: 'times alone', cell: instancesRange },
  { group: 'at a cost of', heading: 'cores', cell: ({ fewest }) => thousands(fewest.cores) },
  {
    group: 'at a cost of',
    heading: 'an hour',
    cell: ({ cost }) => digits(cost),
    isOfUse: (answers) => answers.some(({ cost }) => cost !== null),
  },
  {
    group: 'enough',
    heading: 'to, /s',
    cell: ({ headroom }) =>
      headroom === null ? unknown : marked(figure(headroom.ratePerS), headroom.isOutside),
  },
  { group: 'breaks', heading: 'first', cell: ({ headroom }) => headroom?.breaks ?? unknown },
]

const predictedColumns: readonly Column[] = [
  ...(['p50', 'p95', 'p99'] as const).map(
    (heading): Column => ({
      group: 'latency, ms',
      heading,
      cell: ({ predicted }) => latency(predicted[heading].ms),
    }),
  ),
  {
    group: 'p95 by the',
    heading: 'measured times',
    cell: ({ predicted: { p95 } }) => `${latency(p95.low)} to ${latency(p95.high)}`,
  },
  { heading: 'busy', cell: ({ predicted }) => percentCell(predicted.utilisation) },
  { group: 'waiting', heading: 'mean', cell: ({ predicted }) => brief(predicted.waiting.mean) },
  { group: 'waiting', heading: 'max', cell: ({ predicted }) => brief(predicted.waiting.max) },
  { heading: 'refused', cell: ({ predicted }) => percentCell(predicted.refused) },
  {
    heading: 'expired',
    cell: ({ predicted }) => percentCell(predicted.expired),
    isOfUse: (answers) => answers.some(({ predicted }) => (predicted?.expired ?? 0) > 0),
  },
]

/** A row an executor; marked where it needs what was not measured. */
function answerTable(answers: readonly Answer[], columns: readonly Column[]): string[] {
  const shown = columns.filter(({ isOfUse }) => isOfUse === undefined || isOfUse(answers))
  return aligned({
    rowsAre: 'executor',
    columns: shown,
    rows: answers.map((answer) => ({
      label: isEnough(answer)
        ? marked(answer.executor, answer.outside.length > 0)
        : `${noneMark} ${answer.executor}`,
      cells: shown.map(({ cell }) => (isEnough(answer) ? cell(answer) : unknown)),
    })),
  })
}

/** Figures of a column stand below each other, whether or not they are marked. */
function aligned(table: TextTable): string[] {
  const space = marked('', true).replace(outsideMark, ' ')
  const isMarked = (text: string | undefined) => text?.endsWith(marked('', true)) === true
  const isColumnMarked = table.columns.map((_, index) =>
    table.rows.some(({ cells }) => isMarked(cells[index])),
  )
  const rows = table.rows.map(({ label, cells }) => ({
    label,
    cells: cells.map((text, index) =>
      isColumnMarked[index] && !isMarked(text) ? `${text}${space}` : text,
    ),
  }))
  return textTable({ ...table, rows })
}

function whyNone(answer: Answer): string[] {
  if (isEnough(answer)) return []
  return [`${noneMark} ${answer.executor}: ${answer.why ?? 'no number is enough'}`]
}

/** What is changed, a row each, and how much each executor then needs. */
function sensitivityTable({ answers }: Plan): string[] {
  const shown = answers.filter(({ sensitivity }) => sensitivity.length > 0)
  const [first] = shown
  if (first === undefined) return []
  const figures = shown.flatMap(neededThen)
  return aligned({
    rowsAre: 'if',
    columns: figures,
    rows: first.sensitivity.map((change) => ({
      label: changed(change),
      cells: figures.map(({ of }) => of(changed(change))),
    })),
  })
}

/** Columns of one executor, each with how many more that is than now. */
function neededThen({ executor, sensitivity }: Answer) {
  const column = (heading: 'servers' | 'workers') => ({
    group: executor,
    heading,
    of(change: string): string {
      const then = sensitivity.find((each) => changed(each) === change)
      if (then === undefined) return unknown
      if (then.fewest === null) return 'none is enough'
      const more = then.more === null ? '' : ` (${signed(then.more[heading], thousands)})`
      return marked(`${thousands(then.fewest[heading])}${more}`, then.isOutside)
    },
  })
  return executor === 'queue' ? [column('servers'), column('workers')] : [column('servers')]
}

function changed({ change, times, ratePerS }: Sensitivity): string {
  const by = `× ${figure(times)}`
  return change === 'rate' ? `${figure(ratePerS)}/s come (${by})` : `tasks take longer (${by})`
}

function policiesTable({ policies, answers }: Plan): string[] {
  if (policies === null) return []
  const { executor, servers, outcomes } = policies
  const answer = answers.find((each) => each.executor === executor)
  const quantile = (heading: string, of: (policy: PolicyOutcome) => number) => ({
    group: 'latency, ms',
    heading,
    of: (policy: PolicyOutcome) => latency(of(policy)),
  })
  const figures = [
    quantile('p50', ({ p50 }) => p50),
    quantile('p95', ({ p95 }) => p95),
    quantile('p99', ({ p99 }) => p99),
    quantile('p99.9', ({ p999 }) => p999),
    { heading: 'refused', of: ({ refused }: PolicyOutcome) => percentCell(refused) },
  ]
  return textTable({
    rowsAre: `balancing, ${count(servers, 'server')} (${executor})`,
    columns: figures,
    rows: outcomes.map((policy) => ({
      label: marked(policy.balance, isPolicyOutside(policy, answer)),
      cells: figures.map(({ of }) => of(policy)),
    })),
  })
}

/** As short as it can be told: `84`, `612`, `1,240`. */
const brief = (value: number) => thousands(rounded(value))

const latency = (ms: number) => orNever(ms, brief)
