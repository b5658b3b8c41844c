import { textTable } from '../../src/report/text-table.ts'
import { day, figure as digits } from '../../src/report/words.ts'
import { median } from '../figures.ts'
import type { Figure } from '../rows/row.ts'
import type { Results } from './results.ts'
import { machineOf, missedOf, oursOf, outcomeOf, rangeOf, ratioOf, targetOf } from './words.ts'

/** The results for people who run it. */
export function printTable(results: Results): void {
  console.log(`\n${table(results)}`)
}

/** One line a figure, below what they were made with; with a newline at its end. */
export function table(results: Results): string {
  const { at, effort, minutes, figures, leftOut, notMeasured } = results
  const shown = columns.filter(
    ({ of, isOfUse, isVerdict }) =>
      (!isOfUse || figures.some((each) => of(each))) && !(isVerdict && effort === 'smoke'),
  )
  const rowWidth = Math.max(0, ...figures.map(({ row }) => row.length))
  return [
    machineOf(results),
    `${day(at)}; ${effort}, ${minutes.toFixed(1)} min; medians of interleaved rounds`,
    ...(effort === 'full'
      ? []
      : ['Too short to rely on its figures: for that, there is the full form.']),
    '',
    ...textTable({
      rowsAre: 'row'.padEnd(rowWidth + 2).concat('measure'),
      columns: shown,
      rows: figures.map((each) => ({
        label: each.row.padEnd(rowWidth + 2).concat(each.measure),
        cells: shown.map(({ of }) => of(each)),
      })),
    }),
    '',
    effort === 'smoke' ? 'It runs.' : missedOf(figures),
    ...notMeasured.map(({ name, why }) => `NOT measured: ${name}: ${why}`),
    ...(leftOut.length > 0 ? [`Left out, as not installed: ${leftOut.join(', ')}.`] : []),
    '',
  ].join('\n')
}

interface Column {
  heading: string
  of(figure: Figure): string
  /** It is left out where it says nothing of any figure. */
  isOfUse?: true
  /** It would judge what is too short to be judged. */
  isVerdict?: true
}

const columns: readonly Column[] = [
  { heading: 'Unblock', of: oursOf },
  { heading: 'against', of: ({ theirs }) => theirs.name },
  { heading: 'its median', of: ({ theirs }) => digits(median(theirs.samples)) },
  { heading: 'ratio', of: ratioOf },
  { heading: 'of rounds', of: rangeOf, isOfUse: true },
  { heading: 'target', of: targetOf, isVerdict: true },
  { heading: '', of: outcomeOf, isVerdict: true },
  { heading: 'failed', of: failed, isOfUse: true },
]

/** Answers that were no success, of either side; '' where there are none. */
function failed({ ours, theirs }: Figure): string {
  const [first = 0, second = 0] = [ours.failed, theirs.failed]
  return first + second > 0 ? `${first} / ${second}` : ''
}
