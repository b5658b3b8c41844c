import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readRecords, readRun, readSamples, writeSummary } from './records/run-folder.ts'
import { buildReport } from './report/build-report.ts'
import { observe } from './report/observed.ts'
import type { Summary } from './summary/schema.ts'
import { summarise } from './summary/summarise.ts'

/**
 * Derives from the records of a run all that is derived: `summary.json`, `report.html` and its plots, in
 * the run's folder. Reads the records twice, since only their summary tells which trials count, and keeps
 * none of them.
 *
 * @throws {UsageError} where a file of the run is missing or not what it should be
 */
export async function writeUp(folder: string): Promise<Summary> {
  const run = readRun(folder)
  const summary = await summarise(run, readRecords(folder), readSamples(folder))
  writeSummary(folder, summary)
  const [records, samples] = [readRecords(folder), readSamples(folder)]
  const observed = await observe({ run, summary, records, samples })
  const { html, plots } = buildReport({ run, summary, observed })
  writeFileSync(join(folder, 'report.html'), html)
  mkdirSync(join(folder, 'plots'), { recursive: true })
  for (const { name, svg } of plots) writeFileSync(join(folder, 'plots', `${name}.svg`), svg)
  return summary
}
