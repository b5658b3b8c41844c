import { rows } from './rows/index.ts'
import { type BenchRun, type Effort, type Figure, isReached } from './rows/row.ts'
import { writeReadme } from './show/readme.ts'
import { type MeasuredRow, type Results, setting } from './show/results.ts'
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
  const began = new Date()
  const run: BenchRun = {
    effort,
    choose: (of) => of[effort],
    tell: (line) => void process.stderr.write(`${line}\n`),
  }
  const figures: Figure[] = []
  const measured: MeasuredRow[] = []
  const notMeasured: Results['notMeasured'] = []
  for (const row of rows.filter(({ name }) => only.length === 0 || only.includes(name))) {
    const { name, about } = row
    run.tell(`${name}: ${about}`)
    const rowBegan = performance.now()
    try {
      figures.push(...(await row.measure(run)))
      measured.push({ name, about, minutes: minutesSince(rowBegan) })
    } catch (reason) {
      // What the other rows took minutes for is not lost.
      run.tell(`${name}: ${(reason as Error).stack ?? reason}`)
      notMeasured.push({ name, why: (reason as Error).message })
    }
  }
  const results: Results = {
    ...setting(began, figures),
    effort,
    rows: measured,
    figures,
    notMeasured,
  }
  if (json) console.log(JSON.stringify(results, null, 2))
  else printTable(results)
  if (write) writeReadme(results)
  if (notMeasured.length > 0) process.exitCode = 1
  return figures.every((figure) => isReached(figure) !== false)
}

function minutesSince(began: number): number {
  return (performance.now() - began) / 60_000
}
