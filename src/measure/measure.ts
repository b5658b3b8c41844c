import { join, relative, resolve } from 'node:path'
import { commandLine } from '../command-line.ts'
import { EXIT_FAILED, EXIT_INTERRUPTED } from '../exit-codes.ts'
import { stopOnSignal } from '../stop-requests.ts'
import { UsageError } from '../usage-error.ts'
import { progressOf } from './progress/progress-of.ts'
import { findRun } from './records/run-folder.ts'
import { runScenario } from './run-scenario.ts'
import { loadScenario } from './scenario/load.ts'
import { type Overrides, resolveScenario, scenarioOfFlags } from './scenario/resolve.ts'
import type { ExecutorName, Scenario } from './scenario/schema.ts'
import type { ConditionSummary, Summary } from './summary/schema.ts'
import { summaryTable } from './summary/table.ts'
import { writeUp } from './write-up.ts'

/** As commander hands them over. */
export interface MeasureOptions {
  target?: string
  executor?: ExecutorName[]
  rate?: number
  duration?: number
  spacing?: Scenario['spacing']
  repetitions?: number
  task?: string
  tasks?: string
  param?: Record<string, unknown>
  out?: string
  quiet?: true
  json?: true
}

/** `unblock measure`. Resolves with the exit code. @throws {UsageError} */
export async function runMeasure(
  name: string | undefined,
  options: MeasureOptions,
): Promise<number> {
  const cwd = process.cwd()
  const scenario = await scenarioFor(name, options)
  const { target, out, quiet, json } = options
  const signal = stopOnSignal()
  try {
    const { folder, run, error } = await runScenario(scenario, {
      cwd,
      out,
      target,
      command: commandLine(),
      signal,
      progress: progressOf(scenario, { quiet, json, signal }),
    })
    if (run.trials.length === 0) throw new UsageError('interrupted before anything was measured')
    const summary = await writeUp(folder)
    show(summary, relative(cwd, folder) || '.', json)
    if (error !== undefined)
      console.error(`error: ${error.message}; what was measured before is kept`)
    if (signal.aborted) return EXIT_INTERRUPTED
    const isOfUse = summary.conditions.some((each) => each.void === null && hasResult(each))
    return error === undefined && isOfUse ? 0 : EXIT_FAILED
  } catch (error) {
    if (!signal.aborted) throw error
    console.error(`error: ${(error as Error).message}`)
    return EXIT_INTERRUPTED
  }
}

function hasResult({ requests }: ConditionSummary): boolean {
  return requests.completed > 0
}

/** `unblock report`. @throws {UsageError} */
export async function runReport(text: string, { json }: { json?: true }): Promise<void> {
  const cwd = process.cwd()
  const folder = findRun(text, cwd)
  show(await writeUp(folder), relative(cwd, folder) || '.', json)
}

async function scenarioFor(name: string | undefined, options: MeasureOptions): Promise<Scenario> {
  const { executor, rate, duration, spacing, repetitions, task, tasks, param } = options
  const overrides: Overrides = {
    ...(executor && { executors: executor }),
    ...(rate && { rate }),
    ...(duration && { durationMs: duration }),
    ...(spacing && { spacing }),
    ...(repetitions && { repetitions }),
    ...(task && { task }),
    ...(tasks && { tasks: resolve(tasks) }),
    ...(param && { params: param }),
  }
  const isDescribed = Object.keys(overrides).length > 0
  if (name === undefined && isDescribed) return scenarioOfFlags(overrides)
  const loaded = await loadScenario(name ?? 'strategies', { cwd: process.cwd() })
  return resolveScenario(loaded, overrides)
}

function show(summary: Summary, folder: string, json?: true): void {
  // One condition's figures stand where a script looks for them first.
  const [only, ...others] = summary.conditions
  const figures = only !== undefined && others.length === 0 ? only : {}
  if (json) {
    console.log(JSON.stringify({ ...figures, ...summary, folder }, null, 2))
    return
  }
  console.log(`\n${summaryTable(summary)}\n`)
  for (const line of summary.verdict) console.log(line)
  for (const hint of hints(summary, folder)) console.log(hint)
  console.log(`\nReport: ${join(folder, 'report.html')}`)
}

/** What the reader may want to do next. */
function hints({ target, conditions, settings }: Summary, folder: string): string[] {
  const [first, second] = conditions
  return [
    ...(target.bystander === null && !target.own
      ? [
          'There was no bystander: the target answers neither /livez nor / with 2xx; a scenario can name a path.',
        ]
      : []),
    ...(settings.repetitions > 1 && first !== undefined && second !== undefined
      ? [`Is a difference real? unblock compare ${folder}:${first.key} ${folder}:${second.key}`]
      : []),
  ]
}
