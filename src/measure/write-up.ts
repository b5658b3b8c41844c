import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readRecords, readRun, readSamples, writeSummary } from './records/run-folder.ts'
import { buildReport } from './report/build-report.ts'
import type { Summary } from './summary/schema.ts'
import { summarise } from './summary/summarise.ts'

/**
 * Derives from the records of a run all that is derived: `summary.json`, `report.html` and its plots, in
 * the run's folder.
 *
 * @throws {UsageError} where a file of the run is missing or not what it should be
 */
export async function writeUp(folder: string): Promise<Summary> {
  const run = readRun(folder)
  const summary = await summarise(run, readRecords(folder), readSamples(folder))
  writeSummary(folder, summary)
  const records = await Array.fromAsync(readRecords(folder))
  const samples = await Array.fromAsync(readSamples(folder))
  const { html, plots } = buildReport({ run, summary, records, samples })
  writeFileSync(join(folder, 'report.html'), html)
  mkdirSync(join(folder, 'plots'), { recursive: true })
  for (const { name, svg } of plots) writeFileSync(join(folder, 'plots', `${name}.svg`), svg)
  return summary
}
