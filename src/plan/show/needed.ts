import { type Markup, markup } from '../../report/markup.ts'
import { type Column, table } from '../../report/table.ts'
import {
  cell as digits,
  figure,
  percent,
  percentCell,
  thousands,
  unknown,
} from '../../report/words.ts'
import type { Answer, Plan, Predicted } from '../answer/plan.ts'
import { type Enough, instancesRange, isEnough, marked, orNever, outsideMark } from './words.ts'

interface FigureColumn extends Column {
  cell(answer: Enough): string
}

/** By theory and by simulation waits are compared where they are at least this share of a run. */
const notableWait = 0.01

/** How many are enough, and why some figures are less sure, or there are none. */
export function needed(plan: Plan): Markup {
  return markup`${oneTable(plan.answers, {
    name: 'The fewest that are enough',
    caption: `For ${rateOf(plan)}. By the measured times alone: the fewest if tasks are as fast, or as slow, as these leave possible.`,
    columns: [...sizeColumns, ...limitColumns],
  })}${notes(plan.answers)}`
}

/** What is predicted of them: two tables. */
export function predicted(plan: Plan): Markup {
  const { answers, profile } = plan
  return markup`${oneTable(answers, {
    name: 'How fast that is',
    caption: `At ${rateOf(plan)}; in milliseconds. In brackets: by the measured times alone, as above.`,
    columns: [...latencyColumns, ...waitColumns(notableWait * profile.alone.meanMs)],
  })}${oneTable(answers, {
    name: 'How busy they are',
    caption: `At ${rateOf(plan)}; waiting are requests or jobs.`,
    columns: loadColumns,
  })}`
}

const rateOf = ({ question }: Plan) => `${figure(question.ratePerS)} requests a second`

const sizeColumns: readonly FigureColumn[] = [
  {
    group: 'the fewest',
    name: 'servers',
    cell: ({ fewest }) => thousands(fewest.servers),
  },
  {
    group: 'the fewest',
    name: 'workers',
    cell: ({ executor, fewest }) => (executor === 'queue' ? thousands(fewest.workers) : unknown),
  },
  {
    group: 'by the measured',
    name: 'times alone',
    cell: instancesRange,
  },
  { group: 'at a cost of', name: 'cores', cell: ({ fewest }) => thousands(fewest.cores) },
  { group: 'at a cost of', name: 'an hour', cell: ({ cost }) => digits(cost) },
]

const limitColumns: readonly FigureColumn[] = [
  {
    group: 'enough up to',
    name: 'requests/s',
    cell: ({ headroom }) =>
      headroom === null ? unknown : marked(figure(headroom.ratePerS), headroom.isOutside),
  },
  {
    group: 'enough up to',
    name: 'spare',
    cell: ({ headroom, predicted }) =>
      headroom === null ? unknown : percent(headroom.ratePerS / predicted.ratePerS - 1),
  },
  {
    group: 'enough up to',
    name: 'breaks first',
    cell: ({ headroom }) => headroom?.breaks ?? unknown,
  },
]

const latencyColumns: readonly FigureColumn[] = [
  ...(['p50', 'p95', 'p99'] as const).map(
    (name): FigureColumn => ({
      group: 'latency',
      name,
      cell: ({ predicted }) => withInterval(predicted[name]),
    }),
  ),
  {
    group: 'others',
    name: 'p99',
    cell: ({ predicted: { bystanderP99Ms: ms } }) => (ms === null ? unknown : orNever(ms, digits)),
  },
]

/** A wait that is next to nothing says nothing of either. */
function waitColumns(leastMs: number): FigureColumn[] {
  const notable = ({ predicted: { theory } }: Enough) =>
    theory !== null && Math.max(theory.waitMs, theory.simulatedWaitMs) >= leastMs ? theory : null
  return [
    {
      group: 'mean wait',
      name: 'simulated',
      cell: (answer) => digits(notable(answer)?.simulatedWaitMs),
    },
    { group: 'mean wait', name: 'by theory', cell: (answer) => digits(notable(answer)?.waitMs) },
  ]
}

const loadColumns: readonly FigureColumn[] = [
  { group: 'busy', name: 'cores', cell: ({ predicted }) => percentCell(predicted.utilisation) },
  {
    group: 'busy',
    name: 'HTTP',
    cell: ({ predicted: { loopUtilisation: busy } }) =>
      busy === null ? unknown : percentCell(busy),
  },
  { group: 'waiting', name: 'mean', cell: ({ predicted }) => digits(predicted.waiting.mean) },
  { group: 'waiting', name: 'most', cell: ({ predicted }) => digits(predicted.waiting.max) },
  { group: 'not done', name: 'refused', cell: ({ predicted }) => percentCell(predicted.refused) },
  { group: 'not done', name: 'expired', cell: ({ predicted }) => percentCell(predicted.expired) },
]

const latency = (ms: number) => orNever(ms, figure)

const withInterval = ({ ms, low, high }: Predicted) =>
  `${latency(ms)} (${latency(low)}–${latency(high)})`

/** Columns that nobody has a figure for are left out. */
function oneTable(
  answers: readonly Answer[],
  { name, caption, columns }: { name: string; caption: string; columns: readonly FigureColumn[] },
): Markup | null {
  const text = ({ cell }: FigureColumn, answer: Answer) =>
    isEnough(answer) ? cell(answer) : unknown
  const shown = columns.filter((column) =>
    answers.some((answer) => text(column, answer) !== unknown),
  )
  if (shown.length === 0) return null
  return table({
    name,
    caption,
    rowsAre: 'executor',
    columns: shown,
    rows: answers.map((answer) => ({
      header: marked(answer.executor, answer.outside.length > 0),
      cells: shown.map((column) => text(column, answer)),
    })),
  })
}

function notes(answers: readonly Answer[]): Markup | null {
  const none = answers.filter((answer) => !isEnough(answer))
  const isAnyOutside = answers.some(
    ({ outside, headroom }) => outside.length > 0 || headroom?.isOutside === true,
  )
  if (none.length === 0 && !isAnyOutside) return null
  return markup`<div class="notes">
${
  isAnyOutside &&
  markup`<p>${outsideMark} Not just what was measured: see “What lies outside of what was measured”.</p>\n`
}${
  none.length > 0 &&
  markup`<p>No number of instances is enough:</p>
<ul>${none.map(({ executor, why }) => markup`<li>${executor}: ${why ?? 'it is not known why'}</li>`)}</ul>\n`
}</div>
`
}
