import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { commandLine } from '../command-line.ts'
import { EXIT_INTERRUPTED } from '../exit-codes.ts'
import { thisMachine } from '../measure/machine.ts'
import { createProgress } from '../measure/progress/progress.ts'
import { createRunFolder, findRun, readRun, readSummary } from '../measure/records/run-folder.ts'
import { runScenario } from '../measure/run-scenario.ts'
import { type ExecutorName, executors } from '../measure/scenario/schema.ts'
import type { Summary } from '../measure/summary/schema.ts'
import { writeUp } from '../measure/write-up.ts'
import { stopOnSignal } from '../stop-requests.ts'
import { UsageError } from '../usage-error.ts'
import { answerQuestion } from './answer/answer.ts'
import type { Plan } from './answer/plan.ts'
import { calibrate, type Measure, type Work } from './calibrate.ts'
import { fitProfile } from './fit/fit.ts'
import type { Profile } from './fit/profile.ts'
import { checkOptions, instanceDefaults, type QuestionOptions, questionOf } from './question.ts'
import { planJson } from './show/json.ts'
import { buildPlanReport } from './show/report.ts'
import { planTable } from './show/table.ts'
import { predictionTable, verificationMarkdown, verificationTable } from './verify/table.ts'
import type { Verification } from './verify/verification.ts'
import { verify } from './verify/verify.ts'

/** As commander hands them over. */
export interface PlanOptions extends QuestionOptions {
  from?: string[]
  verify?: true
  duration?: number
  task?: string
  tasks?: string
  param?: Record<string, unknown>
  out?: string
  quiet?: true
  json?: true
}

/** Where plans are kept, seen from the current folder. */
const plansFolder = join('.unblock', 'plans')

/** `unblock plan`. Resolves with the exit code. @throws {UsageError} */
export async function runPlan(options: PlanOptions): Promise<number> {
  if (options.verify === undefined || options.rate !== undefined) checkOptions(options)
  if (options.from !== undefined) refuseWork(options)
  const signal = stopOnSignal()
  try {
    const measure = measureWith(options, signal)
    const known = await profileOf(options, measure)
    if (options.rate !== undefined) show(options, known.profile)
    if (options.verify) await showVerification(options, known, measure)
    return 0
  } catch (error) {
    if (!signal.aborted) throw error
    console.error('error: interrupted; what was measured by then is kept')
    return EXIT_INTERRUPTED
  }
}

/** What a run was measured with is in the run. */
function refuseWork({ task, tasks, param }: PlanOptions): void {
  const given = Object.entries({ task, tasks, param }).find(([, value]) => value !== undefined)
  if (given === undefined) return
  throw new UsageError(`--${given[0]} must be left out with --from: the run says what was measured`)
}

interface Known {
  profile: Profile
  work: Work
}

async function profileOf(options: PlanOptions, measure: Measure): Promise<Known> {
  const { from, executor, task, tasks, param } = options
  if (from !== undefined) return fromRuns(from, options.verify)
  const work: Work = {
    ...(task !== undefined && { task }),
    ...(tasks !== undefined && { tasks: resolve(tasks) }),
    ...(param !== undefined && { params: param }),
  }
  const wanted = executor ?? (options.rate === undefined ? verified : executors)
  const cores = availableParallelism()
  const thoroughness = options.verify ? 3 : 1
  const summary = await calibrate({ ...work, executors: wanted, cores, thoroughness }, measure)
  tell(options, `To plan with this again: --from ${summary.run}`)
  return { profile: fitProfile([summary]), work }
}

/** On an event loop nobody would plan; but it can be asked for. */
const verified: readonly ExecutorName[] = ['thread', 'queue']

async function fromRuns(names: readonly string[], verify?: true): Promise<Known> {
  const folders = names.map((name) => findRun(name, process.cwd()))
  const summaries: Summary[] = []
  for (const folder of folders) summaries.push(await summaryOf(folder))
  const { scenario, target } = readRun(folders[0]!)
  if (verify && !target.own)
    throw new UsageError(
      `--verify starts a stack of its own, and ${target.url} was another: measure without --target first`,
    )
  const { task, tasks, params } = scenario
  const work = { ...(task !== '' && { task }), ...(tasks !== '' && { tasks }), params }
  return { profile: fitProfile(summaries), work }
}

/** Summaries that are older than what is needed of them are made again, from their records. */
async function summaryOf(folder: string): Promise<Summary> {
  const summary = readSummary(folder)
  const isOlder = summary.conditions.some(({ parts }) => parts === undefined)
  return isOlder ? await writeUp(folder) : summary
}

function measureWith({ quiet, json }: PlanOptions, signal: AbortSignal): Measure {
  return async (scenario) => {
    const { folder, error } = await runScenario(scenario, {
      cwd: process.cwd(),
      command: commandLine(),
      signal,
      progress: (trials) =>
        createProgress({
          name: scenario.name,
          trials,
          durationMs: trials * (scenario.warmUpMs + scenario.durationMs),
          output: process.stderr,
          quiet: quiet === true || (json === true && !process.stderr.isTTY),
          signal,
        }),
    })
    const summary = await writeUp(folder)
    signal.throwIfAborted()
    if (error !== undefined) throw error
    return summary
  }
}

function show(options: PlanOptions, profile: Profile): void {
  const plan = answerQuestion(questionOf(options, profile), profile)
  const folder = write(options, plan)
  if (options.json && options.verify === undefined) {
    console.log(JSON.stringify({ ...(planJson(plan) as object), folder }, null, 2))
    return
  }
  if (options.json) return
  console.log(`\n${planTable(plan)}`)
  for (const sentence of plan.verdict) console.log(sentence)
  console.log(`\nReport: ${join(folder, 'report.html')}`)
}

/** The plan as a page, its plots, and as JSON. Returns the folder, seen from the current one. */
function write(options: PlanOptions, plan: Plan): string {
  const cwd = process.cwd()
  const now = new Date()
  const path = newFolder(options, 'plan', now)
  const about = { command: commandLine(), at: now.toISOString(), version: thisMachine().unblock }
  const { html, plots } = buildPlanReport(plan, about)
  writeFileSync(join(path, 'report.html'), html)
  writeFileSync(join(path, 'plan.json'), `${JSON.stringify(planJson(plan), null, 2)}\n`)
  mkdirSync(join(path, 'plots'), { recursive: true })
  for (const plot of plots) writeFileSync(join(path, 'plots', `${plot.name}.svg`), plot.svg)
  return relative(cwd, path) || '.'
}

/** With a rate and `--verify` there are two: `--out` is for the plan. */
function newFolder({ out, rate, verify }: PlanOptions, name: string, now = new Date()): string {
  const isOther = name === 'verification' && rate !== undefined && verify === true
  const chosen = isOther ? undefined : out
  return createRunFolder({ cwd: process.cwd(), name, now, out: chosen, parent: plansFolder }).path
}

async function showVerification(
  options: PlanOptions,
  { profile, work }: Known,
  measure: Measure,
): Promise<void> {
  const here = thisMachine().cpus
  if (profile.machine.cpus !== here)
    throw new UsageError(
      `--verify: the run was measured on another machine (${profile.machine.cpus}; this one is ${here})`,
    )
  const { lineLimit, queueLimit } = instanceDefaults
  const verification = await verify({
    profile,
    work,
    executors: options.executor ?? verified,
    durationMs: options.duration,
    limits: { lineLimit, queueLimit },
    measure,
    onPredicted: (predictions) => tell(options, `\n${predictionTable(predictions)}`),
  })
  const folder = newFolder(options, 'verification')
  const json = JSON.stringify(verification satisfies Verification, null, 2)
  const table = verificationTable(verification)
  writeFileSync(join(folder, 'verification.json'), `${json}\n`)
  writeFileSync(join(folder, 'verification.md'), verificationMarkdown(verification.settings))
  console.log(options.json ? json : `\n${table}\nKept in ${relative(process.cwd(), folder) || '.'}`)
}

/** Beside the result. */
function tell({ quiet, json }: PlanOptions, text: string): void {
  if (quiet !== true && json !== true) console.error(text)
}
