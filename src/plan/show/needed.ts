import { type Markup, markup } from '../../report/markup.ts'
import { type Column, table } from '../../report/table.ts'
import { cell as digits, figure, unknown } from '../../report/words.ts'
import type { Answer, Plan, Predicted } from '../answer/plan.ts'
import { type Enough, isEnough, orNever, percent } from './words.ts'

/** After the names of executors whose figures are not just what was measured. */
const outsideMark = '*'

interface FigureColumn extends Column {
  cell(answer: Enough): string
}

/** How many are enough, and what is predicted of them: three tables, and why some figures are less sure. */
export function needed({ question, answers }: Plan): Markup {
  const isPriced = question.corePrice !== null
  const rate = `${figure(question.ratePerS)} requests a second`
  return markup`${oneTable(answers, {
    name: 'The fewest that are enough',
    caption: `For ${rate}. In between: the fewest, if tasks are as fast, or as slow, as may be.`,
    columns: [
      ...sizeColumns,
      ...(isPriced ? [costColumn(question.corePrice!)] : []),
      ...limitColumns,
    ],
  })}${oneTable(answers, {
    name: 'How fast that is',
    caption: `At ${rate}; in milliseconds. In brackets: if tasks are as fast, or as slow, as may be.`,
    columns: latencyColumns,
  })}${oneTable(answers, {
    name: 'How busy they are',
    caption: `At ${rate}; waiting are requests or jobs.`,
    columns: loadColumns,
  })}${notes(answers)}`
}

const sizeColumns: readonly FigureColumn[] = [
  {
    group: 'the fewest',
    name: 'servers',
    cell: ({ fewest }) => figures(fewest.servers),
  },
  {
    group: 'the fewest',
    name: 'workers',
    cell: ({ executor, fewest }) => (executor === 'queue' ? figures(fewest.workers) : unknown),
  },
  {
    group: 'the fewest',
    name: 'in between',
    cell: ({ instancesInterval: of }) =>
      of === null
        ? unknown
        : of.low === of.high
          ? figures(of.low)
          : `${figures(of.low)} to ${figures(of.high)}`,
  },
  { group: 'at a cost of', name: 'cores', cell: ({ fewest }) => figures(fewest.cores) },
]

const costColumn = (corePrice: number): FigureColumn => ({
  group: 'at a cost of',
  name: 'an hour',
  cell: ({ fewest }) => digits(fewest.cores * corePrice),
})

const limitColumns: readonly FigureColumn[] = [
  {
    group: 'enough up to',
    name: 'requests/s',
    cell: ({ headroom }) => figure(headroom?.ratePerS),
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
  {
    group: 'mean wait',
    name: 'simulated',
    cell: ({ predicted }) => digits(predicted.theory?.simulatedWaitMs),
  },
  {
    group: 'mean wait',
    name: 'by theory',
    cell: ({ predicted }) => digits(predicted.theory?.waitMs),
  },
]

const loadColumns: readonly FigureColumn[] = [
  { group: 'busy', name: 'cores', cell: ({ predicted }) => percent(predicted.utilisation) },
  {
    group: 'busy',
    name: 'HTTP',
    cell: ({ predicted: { loopUtilisation: busy } }) => (busy === null ? unknown : percent(busy)),
  },
  { group: 'waiting', name: 'mean', cell: ({ predicted }) => digits(predicted.waiting.mean) },
  { group: 'waiting', name: 'most', cell: ({ predicted }) => digits(predicted.waiting.max) },
  { group: 'not done', name: 'refused', cell: ({ predicted }) => percent(predicted.refused) },
  { group: 'not done', name: 'expired', cell: ({ predicted }) => percent(predicted.expired) },
]

const figures = (value: number) => value.toLocaleString('en-US')

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
      header: `${answer.executor}${answer.outside.length > 0 ? ` ${outsideMark}` : ''}`,
      cells: shown.map((column) => text(column, answer)),
    })),
  })
}

function notes(answers: readonly Answer[]): Markup | null {
  const none = answers.filter((answer) => !isEnough(answer))
  const isAnyOutside = answers.some(({ outside }) => outside.length > 0)
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
