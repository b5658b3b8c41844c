import type { Figure } from '../rows/row.ts'
import type { MeasuredRow, Results, Setting } from './results.ts'

/** What stands in the README, and in `docs/performance/results.json`: rows of one run or of several. */
export interface Written {
  /** In the order of the table. */
  rows: WrittenRow[]
}

/** A row with what it was made with: the others may come from another run. */
export interface WrittenRow extends MeasuredRow {
  setting: Setting
  figures: Figure[]
}

/**
 * Puts what a run found in place of what was written of the same rows; other rows stay as they are. One that could not be
 * measured is dropped: what was written of it is not known to be true any more.
 *
 * @param order names of all rows there are: what was written of others is dropped
 */
export function merged(before: Written, results: Results, order: readonly string[]): Written {
  const { at, minutes, machine, versions, leftOut } = results
  const rows = new Map(before.rows.map((row) => [row.name, row]))
  for (const { name } of results.notMeasured) rows.delete(name)
  for (const row of results.rows)
    rows.set(row.name, {
      ...row,
      setting: { at, minutes, machine, versions, leftOut },
      figures: results.figures.filter((figure) => figure.row === row.name),
    })
  return { rows: order.flatMap((name) => rows.get(name) ?? []) }
}

/** Rows of one run each, in the order of the table by their first. */
export function runsOf({ rows }: Written): { setting: Setting; rows: WrittenRow[] }[] {
  return [...Map.groupBy(rows, ({ setting }) => setting.at)].map(([, of]) => ({
    setting: of[0]!.setting,
    rows: of,
  }))
}
