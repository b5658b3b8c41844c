import { rows } from './rows/index.ts'
import { type BenchRun, type Effort, type Figure, isReached } from './rows/row.ts'
import { writeReadme } from './show/readme.ts'
import { type Results, setting } from './show/results.ts'
import { printTable } from './show/table.ts'

export interface SideBySideOptions {
  effort: Effort
  /** Names of rows; empty for all. */
  only: readonly string[]
  json: boolean
  /** Into the README, with its plots. */
  write: boolean
}

/** Unblock beside its peers, row after row. @returns whether every figure reaches what it should */
export async function sideBySide({
  effort,
  only,
  json,
  write,
}: SideBySideOptions): Promise<boolean> {
  const began = performance.now()
  const run: BenchRun = {
    effort,
    choose: (of) => of[effort],
    tell: (line) => void process.stderr.write(`${line}\n`),
  }
  const figures: Figure[] = []
  for (const row of rows.filter(({ name }) => only.length === 0 || only.includes(name))) {
    run.tell(`${row.name}: ${row.about}`)
    figures.push(...(await row.measure(run)))
  }
  const minutes = (performance.now() - began) / 60_000
  const results: Results = { ...setting(), effort, minutes, figures }
  if (json) console.log(JSON.stringify(results, null, 2))
  else printTable(results)
  if (write) writeReadme(results)
  return figures.every((figure) => isReached(figure) !== false)
}
