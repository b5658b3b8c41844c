import { type TextColumn, textTable } from '../../report/text-table.ts'
import { count as counted, rate, rounded, unknown } from '../../report/words.ts'
import { wrap } from '../../report/wrap.ts'
import type { Answer, Plan, PolicyOutcome, Sensitivity } from '../answer/plan.ts'
import { balancedOf } from './balanced.ts'
import { type Enough, isEnough, orNever } from './words.ts'

/** After figures that are not just what was measured. */
const outsideMark = '*'

/** Before an executor of which no number of instances is enough. */
const noneMark = '!'

const width = 100

/**
 * The plan as tables for a terminal, with a newline at its end: a row an executor with the fewest instances
 * that are enough, and what is predicted of them. Times are milliseconds; `busy` is of the cores that run
 * tasks, `waiting` are requests or jobs. Below it, what is needed if things change, and how the balancing
 * matters.
 */
export function planTable(plan: Plan): string {
  const parts = [neededTable(plan), sensitivityTable(plan), policiesTable(plan)]
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
    .join('\n')
}

interface Column extends TextColumn {
  cell(answer: Enough): string
  /** It comes out of the prediction, and is marked where that lies outside of what was measured. */
  isPredicted?: true
  /** It is left out where it says nothing of any executor. */
  isOfUse?(answers: readonly Answer[]): boolean
}

const columns: readonly Column[] = [
  { heading: 'servers', cell: ({ fewest }) => String(fewest.servers), isPredicted: true },
  {
    heading: 'workers',
    cell: ({ executor, fewest }) => (executor === 'queue' ? String(fewest.workers) : unknown),
    isPredicted: true,
    isOfUse: (answers) => answers.some(({ executor }) => executor === 'queue'),
  },
  { heading: 'cores', cell: ({ fewest }) => String(fewest.cores) },
  ...(['p50', 'p95', 'p99'] as const).map(
    (heading): Column => ({
      group: 'latency, ms',
      heading,
      cell: ({ predicted }) => latency(predicted[heading].ms),
      isPredicted: true,
    }),
  ),
  { heading: 'busy', cell: ({ predicted }) => percent(predicted.utilisation) },
  {
    group: 'waiting',
    heading: 'mean',
    cell: ({ predicted }) => String(rounded(predicted.waiting.mean)),
  },
  {
    group: 'waiting',
    heading: 'max',
    cell: ({ predicted }) => String(rounded(predicted.waiting.max)),
  },
  { heading: 'refused', cell: ({ predicted }) => percent(predicted.refused) },
  {
    heading: 'expired',
    cell: ({ predicted }) => percent(predicted.expired),
    isOfUse: (answers) => answers.some(({ predicted }) => (predicted?.expired ?? 0) > 0),
  },
  {
    group: 'enough',
    heading: 'to, /s',
    cell: ({ headroom }) =>
      headroom === null ? unknown : String(Number(headroom.ratePerS.toPrecision(3))),
    isPredicted: true,
  },
  {
    group: 'breaks',
    heading: 'first',
    cell: ({ headroom }) =>
      headroom?.breaks === 'server loop' ? 'loop' : (headroom?.breaks ?? unknown),
  },
]

function neededTable({ answers }: Plan): string[] {
  const shown = columns.filter(({ isOfUse }) => isOfUse === undefined || isOfUse(answers))
  return [
    ...textTable({
      rowsAre: 'executor',
      columns: shown,
      rows: answers.map((answer) => ({
        label: isEnough(answer) ? answer.executor : `${noneMark} ${answer.executor}`,
        cells: shown.map((column) => cell(column, answer)),
      })),
    }),
    ...answers.flatMap(notes).flatMap((note) => wrap(note, width, '  ')),
  ]
}

function cell({ cell, isPredicted }: Column, answer: Answer): string {
  if (!isEnough(answer)) return unknown
  const text = cell(answer)
  const isMarked = isPredicted === true && answer.outside.length > 0 && text !== unknown
  return isMarked ? `${text}${outsideMark}` : text
}

function notes(answer: Answer): string[] {
  const { executor, why, outside } = answer
  if (!isEnough(answer)) return [`${noneMark} ${executor}: ${why ?? 'no number is enough'}`]
  if (outside.length === 0) return []
  return [
    `${outsideMark} ${executor}: not just what was measured: ${outside.join('; ')}; ${likely(answer)}`,
  ]
}

/** Within which bounds the truth is likely to be: `5 to 6 servers, p95 266 to 321 ms`. */
function likely({ executor, fewest, predicted, instancesInterval }: Enough): string {
  const now = executor === 'queue' ? fewest.workers : fewest.servers
  const { low, high } = instancesInterval ?? { low: now, high: now }
  const few = low === high ? '' : `${low} to `
  const { p95 } = predicted
  return `likely ${few}${counted(high, executor === 'queue' ? 'worker' : 'server')}, p95 ${latency(p95.low)} to ${orNever(p95.high, (ms) => `${rounded(ms)} ms`)}`
}

/** What is changed, a row each, and how much each executor then needs. */
function sensitivityTable({ answers }: Plan): string[] {
  const shown = answers.filter(({ sensitivity }) => sensitivity.length > 0)
  const [first] = shown
  if (first === undefined) return []
  const figures = shown.flatMap((answer) => neededThen(answer))
  return textTable({
    rowsAre: 'if',
    columns: figures,
    rows: first.sensitivity.map((change) => ({
      label: changed(change),
      cells: figures.map(({ of }) => of(changed(change))),
    })),
  })
}

/** Columns of one executor. What runs its tasks says how many more these are. */
function neededThen({ executor, sensitivity }: Answer) {
  const column = (heading: 'servers' | 'workers', isFewest: boolean) => ({
    group: executor,
    heading,
    of(change: string): string {
      const then = sensitivity.find((each) => changed(each) === change)
      if (then === undefined) return unknown
      if (then.fewest === null) return isFewest ? 'none is enough' : unknown
      const more = then.more === null || !isFewest ? '' : ` (${signed(then.more)})`
      return `${then.fewest[heading]}${more}`
    },
  })
  if (executor !== 'queue') return [column('servers', true)]
  return [column('servers', false), column('workers', true)]
}

const signed = (more: number) => `${more > 0 ? '+' : more < 0 ? '−' : '±'}${Math.abs(more)}`

function changed({ change, times, ratePerS }: Sensitivity): string {
  const by = `× ${Number(times.toPrecision(3))}`
  return change === 'rate' ? `${rate(ratePerS)} come (${by})` : `tasks take longer (${by})`
}

function policiesTable(plan: Plan): string[] {
  if (plan.policies.length === 0) return []
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
    { heading: 'refused', of: ({ refused }: PolicyOutcome) => percent(refused) },
  ]
  const balanced = balancedOf(plan)
  const among =
    balanced === undefined
      ? ''
      : `, ${counted(balanced.fewest.servers, 'server')} (${balanced.executor})`
  return textTable({
    rowsAre: `balancing${among}`,
    columns: figures,
    rows: plan.policies.map((policy) => ({
      label: policy.balance,
      cells: figures.map(({ of }) => of(policy)),
    })),
  })
}

const latency = (ms: number) => orNever(ms, (some) => String(rounded(some)))

/** Of a whole, to two digits: `0%`, `0.02%`, `87%`. */
function percent(share: number): string {
  return `${rounded(share * 100)}%`
}
