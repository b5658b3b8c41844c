import { median } from '../figures.ts'
import { isReached } from '../rows/row.ts'
import type { Results } from './results.ts'

/** The results for people who run it. */
export function printTable({ machine, effort, minutes, figures }: Results): void {
  console.log(`\n${machine}; ${effort}, ${minutes.toFixed(1)} min\n`)
  console.table(
    figures.map((each) => {
      const reached = isReached(each)
      return {
        row: each.row,
        measure: each.measure,
        unit: each.unit,
        ours: Number(median(each.ours.samples).toPrecision(4)),
        theirs: Number(median(each.theirs.samples).toPrecision(4)),
        of: each.theirs.name,
        ratio: Number(each.ratio.toFixed(2)),
        reach: each.reach === undefined ? '' : Object.entries(each.reach)[0]!.join(' '),
        reached: reached === undefined ? '' : reached,
      }
    }),
  )
}
