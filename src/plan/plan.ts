import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { commandLine } from '../command-line.ts'
import { EXIT_INTERRUPTED } from '../exit-codes.ts'
import { thisMachine } from '../measure/machine.ts'
import { progressOf } from '../measure/progress/progress-of.ts'
import { createRunFolder, findRun, readRun, readSummary } from '../measure/records/run-folder.ts'
import { runScenario } from '../measure/run-scenario.ts'
import { type ExecutorName, executors } from '../measure/scenario/schema.ts'
import type { Summary } from '../measure/summary/schema.ts'
import { writeUp } from '../measure/write-up.ts'
import { stopOnSignal } from '../stop-requests.ts'
import { UsageError } from '../usage-error.ts'
import type { Plan } from './answer/plan.ts'
import { answerOnThread } from './answer-thread.ts'
import { calibrate, type Measure, type Work } from './calibrate.ts'
import { fitProfile } from './fit/fit.ts'
import type { Profile } from './fit/profile.ts'
import {
  checkOptions,
  instanceDefaults,
  type QuestionOptions,
  questionOf,
  refuseWithoutRate,
} from './question.ts'
import { planJson } from './show/json.ts'
import { buildPlanReport } from './show/report.ts'
import { planTable } from './show/table.ts'
import { predictionTable, verificationMarkdown, verificationTable } from './verify/table.ts'
import type { Verification } from './verify/verification.ts'
import { verify } from './verify/verify.ts'
import { tracesOf } from './verify/works.ts'

/** As commander hands them over. */
export interface PlanOptions extends QuestionOptions {
  from?: string[]
  verify?: true
  duration?: number
  rounds?: number
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
  const { rate, verify, from } = options
  if (verify === undefined || rate !== undefined) checkOptions(options)
  else refuseWithoutRate(options)
  if (verify === undefined) refuseTrials(options)
  if (from !== undefined) refuseWork(options)
  // Before anything is measured that could not be kept.
  const folder = options.out === undefined ? undefined : newFolder(options.out)
  const signal = stopOnSignal()
  try {
    const measure = measureWith(options, signal)
    const known = await profileOf(options, measure)
    const plan = rate === undefined ? undefined : await answer(options, known.profile, signal)
    if (plan !== undefined) show(options, plan, folder)
    if (verify) await showVerification(options, known, measure, { plan, folder })
    return 0
  } catch (error) {
    if (!signal.aborted) throw error
    console.error('error: interrupted; what was measured by then is kept')
    return EXIT_INTERRUPTED
  }
}

function refuseTrials({ duration, rounds }: PlanOptions): void {
  const given = Object.entries({ duration, rounds }).find(([, value]) => value !== undefined)
  if (given === undefined) return
  throw new UsageError(`--${given[0]} is of the trials of --verify: add that, or leave it out`)
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
  /** Measures again, and fits that; undefined of a profile that was fitted from runs that were named. */
  fitAgain?: () => Promise<Profile>
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
  const { summary, again } = await calibrate({ ...work, executors: wanted, cores }, measure)
  tell(options, `To plan with this again: --from ${summary.run}`)
  const fitAgain = async () => fitProfile([await again()])
  return { profile: fitProfile([summary]), work, fitAgain }
}

/** On an event loop nobody would plan; but it can be asked for. */
const verified: readonly ExecutorName[] = ['thread', 'queue']

/** The latest of them would be of one executor, or of a few requests. */
const ofOneSetting = /-(verification|first-look)\b/

async function fromRuns(names: readonly string[], verify?: true): Promise<Known> {
  const folders = names.map((name) => findRun(name, process.cwd(), { but: ofOneSetting }))
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
      progress: progressOf(scenario, { quiet, json, signal }),
    })
    const summary = await writeUp(folder)
    signal.throwIfAborted()
    if (error !== undefined) throw error
    return summary
  }
}

function answer(options: PlanOptions, profile: Profile, signal: AbortSignal): Promise<Plan> {
  return answerOnThread(questionOf(options, profile), profile, signal)
}

function show(options: PlanOptions, plan: Plan, given?: string): void {
  const folder = write(plan, given ?? newFolder())
  if (options.json) {
    // With --verify, both are printed at the end, as one.
    if (options.verify === undefined) print({ ...(planJson(plan) as object), folder })
    return
  }
  console.log(`\n${planTable(plan)}`)
  for (const sentence of plan.verdict) console.log(sentence)
  console.log(`\nReport: ${join(folder, 'report.html')}`)
}

/** The plan as a page, its plots, and as JSON. Returns the folder, seen from the current one. */
function write(plan: Plan, path: string): string {
  const at = new Date().toISOString()
  const about = { command: commandLine(), at, version: thisMachine().unblock }
  const { html, plots } = buildPlanReport(plan, about)
  writeFileSync(join(path, 'report.html'), html)
  writeFileSync(join(path, 'plan.json'), `${JSON.stringify(planJson(plan), null, 2)}\n`)
  mkdirSync(join(path, 'plots'), { recursive: true })
  for (const plot of plots) writeFileSync(join(path, 'plots', `${plot.name}.svg`), plot.svg)
  return seen(path)
}

/** Of verification: enough for what befalls a machine in one of them not to count. */
const usualRounds = 5

async function showVerification(
  options: PlanOptions,
  { profile, work, fitAgain }: Known,
  measure: Measure,
  { plan, folder: given }: { plan: Plan | undefined; folder: string | undefined },
): Promise<void> {
  const here = thisMachine().cpus
  if (profile.machine.cpus !== here)
    throw new UsageError(
      `--verify: the run was measured on another machine (${profile.machine.cpus}; this one is ${here})`,
    )
  const { lineLimit, queueLimit } = instanceDefaults
  const rounds = options.rounds ?? usualRounds
  const verification = await verify({
    profile,
    work,
    executors: options.executor ?? verified,
    durationMs: options.duration,
    rounds,
    limits: { lineLimit, queueLimit },
    measure,
    tracesOf,
    fitAgain,
    onPredicted: (predictions, round) =>
      tell(options, `\nround ${round} of ${rounds}\n${predictionTable(predictions)}`),
  })
  // Beside the plan, where there is one and a folder was named.
  const folder = given ?? newFolder(undefined, 'verification')
  const json = JSON.stringify(verification satisfies Verification, null, 2)
  writeFileSync(join(folder, 'verification.json'), `${json}\n`)
  writeFileSync(join(folder, 'verification.md'), verificationMarkdown(verification.settings))
  if (options.json)
    print(plan === undefined ? verification : { ...(planJson(plan) as object), verification })
  else console.log(`\n${verificationTable(verification)}\nKept in ${seen(folder)}`)
}

function print(value: unknown): void {
  console.log(JSON.stringify(value, null, 2))
}

function newFolder(out?: string, name = 'plan'): string {
  const parent = plansFolder
  return createRunFolder({ cwd: process.cwd(), name, now: new Date(), out, parent }).path
}

function seen(folder: string): string {
  return relative(process.cwd(), folder) || '.'
}

/** Beside the result. */
function tell({ quiet, json }: PlanOptions, text: string): void {
  if (quiet !== true && json !== true) console.error(text)
}
