import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../../usage-error.ts'
import type { Summary } from '../summary/schema.ts'
import { SummaryFile } from '../summary/summary-file.ts'
import { type Check, checkOf } from './check.ts'
import { readLines } from './lines.ts'
import { RequestRecord, Sample } from './record.ts'
import type { Run } from './run.ts'
import { RunFile } from './run-file.ts'

/** Where runs are kept, seen from the current folder. */
export const runsFolder = join('.unblock', 'runs')

/** What is in the folder of a run. */
export const files = {
  run: 'run.json',
  summary: 'summary.json',
  records: 'records.jsonl.gz',
  samples: 'samples.jsonl.gz',
} as const

const checks = {
  run: checkOf(RunFile),
  summary: checkOf(SummaryFile),
  record: checkOf(RequestRecord),
  sample: checkOf(Sample),
}

export function writeRun(folder: string, run: Run): void {
  writeJson(join(folder, files.run), run)
}

/** @throws {UsageError} that names the file, where it is missing or not what it should be */
export function readRun(folder: string): Run {
  return readJson(join(folder, files.run), checks.run)
}

export function writeSummary(folder: string, summary: Summary): void {
  writeJson(join(folder, files.summary), summary)
}

/** @throws {UsageError} that names the file, where it is missing or not what it should be */
export function readSummary(folder: string): Summary {
  return readJson(join(folder, files.summary), checks.summary)
}

/** The requests of a run in the order in which they ended; none where there is no such file. */
export function readRecords(folder: string): AsyncGenerator<RequestRecord, void, void> {
  return readIfThere(join(folder, files.records), checks.record)
}

/** What was seen of the system, in order; nothing where there is no such file. */
export function readSamples(folder: string): AsyncGenerator<Sample, void, void> {
  return readIfThere(join(folder, files.samples), checks.sample)
}

async function* readIfThere<T>(file: string, check: Check<T>): AsyncGenerator<T, void, void> {
  if (existsSync(file)) yield* readLines(file, check)
}

/** A reader finds the old file or the new one, never half of it. */
function writeJson(file: string, value: unknown): void {
  const unfinished = `${file}.${process.pid}.tmp`
  try {
    writeFileSync(unfinished, `${JSON.stringify(value, null, 2)}\n`, { flush: true })
    renameSync(unfinished, file)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new UsageError(`cannot write ${file}: ${error.message}`)
  }
}

function readJson<T>(file: string, check: Check<T>): T {
  const value = parse(file)
  const format = typeof value === 'object' && value !== null && 'format' in value && value.format
  if (typeof format === 'number' && format > 1)
    throw new UsageError(
      `${file}: was made by a newer version of unblock (format ${format}, this one reads 1); update unblock`,
    )
  try {
    return check(value)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new UsageError(`${file}: ${error.message}`)
  }
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) throw new UsageError(`${file}: is not JSON: ${error.message}`)
    if (!(error instanceof Error)) throw error
    const isMissing = 'code' in error && error.code === 'ENOENT'
    throw new UsageError(
      isMissing ? `${file}: there is no such file` : `cannot read ${file}: ${error.message}`,
    )
  }
}
