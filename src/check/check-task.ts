import { readConfig } from '../config.ts'
import { timeLimit } from '../tasks/time-limit.ts'
import { cost, type Estimate } from './cost-check.ts'
import { cancellable, deadline } from './ended.ts'
import { endings, longRun } from './endings.ts'
import { growth } from './growth-check.ts'
import { createLab, type Lab } from './lab.ts'
import type { Description, RunIll, Subject } from './lab-messages.ts'
import { leaves } from './leaves.ts'
import { computes, measureGrowth, sampler } from './measure-growth.ts'
import { readParams } from './parameters.ts'
import { type Place, type Placing, placeRuns, stopTheClock } from './place-runs.ts'
import type { Probing, Sample } from './probe-growth.ts'
import { progress } from './progress.ts'
import { type Check, type CheckReport, duration, ok, plural, skipped } from './report.ts'
import { endsProcess, isNotJson, runs, tooLong } from './runs.ts'
import { sameResult } from './same-result.ts'
import { serialisable } from './serialisable.ts'

/** In the order of the report. */
export const checkNames = [
  ...(['loads', 'runs', 'same result', 'serialisable', 'progress', 'cancellable'] as const),
  ...(['deadline', 'growth', 'cost', 'leaves nothing'] as const),
] as const

export type CheckName = (typeof checkNames)[number]

export interface CheckOptions {
  /** By name, JSON or text; the task's defaults for the others. */
  params?: Record<string, string>
  /** How long a run may take, in milliseconds; the task's own limit if not given. */
  timeoutMs?: number
  /** For all runs that show how the time grows, in milliseconds. */
  growthBudgetMs?: number
  /** The checks to make beside `loads` and `runs`, with no more runs than these need; all if not given. */
  only?: readonly CheckName[]
  /** The check of this name begins. */
  onCheck?(name: string): void
}

/**
 * Runs a task on every executor, as a service would, without Redis. Three processes take part, so that
 * whatever it does to its own, this one goes on: one for the event loop, one for a server's thread, one for
 * a worker's, which is what the queue comes to. The clock of that is ahead: a job may have waited.
 *
 * @throws {UsageError} where the task does not load or the parameters do not fit
 */
export async function checkTask(
  subject: Subject,
  options: CheckOptions = {},
): Promise<CheckReport> {
  const labs = {
    'event loop': createLab(subject),
    thread: createLab(subject),
    queue: createLab(subject, 'ahead'),
  }
  try {
    options.onCheck?.('loads')
    const description = await labs.thread.describe()
    const params = readParams(description.params, options.params ?? {})
    const found = await allChecks(labs, description, params, { ...options, subject })
    const wanted = ['loads', 'runs', ...(options.only ?? checkNames)]
    const checks = found.filter(({ name }) => wanted.includes(name))
    const fit = checks.every(({ verdict }) => verdict !== 'fail')
    return { task: description.name, file: subject.file, params, fit, checks }
  } finally {
    for (const lab of Object.values(labs)) lab.close()
  }
}

type Params = Record<string, unknown>

async function allChecks(
  labs: Record<Place, Lab>,
  description: Description,
  params: Params,
  { subject, only = checkNames, ...options }: CheckOptions & { subject: Subject },
): Promise<Check[]> {
  const { timeoutMs, growthBudgetMs: budgetMs = 25_000, onCheck = () => {} } = options
  const wants: Wants = (...names) => names.some((name) => only.includes(name))
  const ownMs = timeLimit(description as never, readConfig())
  const limitMs = Math.min(timeoutMs ?? ownMs, ownMs)
  const loads = await loaded(labs.thread, description, params)

  onCheck('runs')
  const run = { on: 'thread' as const, params, timeoutMs: limitMs }
  const first = await labs.thread.run(run)
  const ends = endsProcess([{ on: 'thread', result: first }])
  if (ends !== undefined) return withoutRest([loads, ends], 'it ends its process')
  if (!first.ok) {
    const made = [loads, runs(first)]
    if (isNotJson(first)) made.push(await notJson(labs['event loop'], params, limitMs))
    const whose = limitMs < ownMs ? 'option' : description.timeoutMs === ownMs ? 'task' : 'service'
    if (first.reason === 'deadline') made.push(tooLong(first as RunIll, limitMs, whose))
    return withoutRest(made, 'no run has ended well')
  }

  onCheck('same result')
  const isTimed = wants('same result', 'cancellable', 'deadline', 'growth', 'cost')
  const second = isTimed ? await labs.thread.run(run) : first
  const warm = second.ok ? second : first
  const placing: Placing = {
    params,
    // Only their results matter, so they may take longer: two at a time, and nobody measures.
    patienceMs: Math.ceil(Math.min(2 * limitMs, 10 * warm.runMs + 10_000)),
    loopRuns: loopRuns(wants),
    queueRuns: wants('same result') ? 2 : 0,
  }
  const placed = await placeRuns(labs, isTimed ? [first, second] : [first], placing)
  const written = labs['event loop'].written()
  labs['event loop'].close()
  labs.queue.close()
  const endsThere = endsProcess(placed)
  if (endsThere !== undefined) return withoutRest([loads, endsThere], 'it ends its process')
  const stopped = wants('same result') ? await stopTheClock(subject, placed, placing) : []
  const observed = placed.flatMap(({ result }) => result.observed ?? [])
  const last = observed.at(-1)

  onCheck('growth')
  const toSample = sampler(computes(placed.map(({ result }) => result)))
  const base = toSample(params, warm)
  const isShort = longRun(base, []) !== base
  const probing: Probing =
    wants('growth', 'cost') || (isShort && wants('cancellable', 'deadline'))
      ? await measureGrowth(labs.thread, description, base, { toSample, limitMs, budgetMs })
      : { params: [], notTried: [], shortened: {}, samples: [base] }

  const ended = wants('cancellable', 'deadline', 'leaves nothing')
    ? await endings(labs.thread, longRun(base, probing.samples), onCheck)
    : { lingeredMs: [], lateMs: [], processes: [] }

  onCheck('cost')
  const estimates = description.hasCost ? await estimate(labs.thread, probing.samples) : undefined
  const unseen = 'it did not end well on the event loop, where it is watched'
  return [
    loads,
    runs(warm),
    sameResult(placed, stopped),
    last === undefined
      ? skipped('serialisable', unseen)
      : serialisable(observed[0]?.losses ?? [], Buffer.byteLength(warm.json)),
    last === undefined ? skipped('progress', unseen) : progress(last.progress),
    cancellable(ended.lingeredMs),
    deadline({ runMs: warm.runMs, limitMs, lateMs: ended.lateMs }),
    growth(probing, limitMs),
    cost(estimates),
    leaves({
      handles: observed.flatMap((each) => each.left),
      processes: placed.flatMap(({ result }) => result.processes ?? []),
      processesOfEnded: ended.processes,
      bytes: written,
    }),
  ]
}

type Wants = (...names: CheckName[]) => boolean

function loopRuns(wants: Wants): number {
  if (wants('same result', 'leaves nothing')) return 2
  // Where nothing else looks at it, one still shows whether the task computes or waits.
  return wants('runs', 'serialisable', 'progress', 'growth', 'cost') ? 1 : 0
}

/** The checks that were made, and why the others were not. */
function withoutRest(made: Check[], why: string): Check[] {
  const rest = checkNames.filter((name) => made.every((each) => each.name !== name))
  return [...made, ...rest.map((name) => skipped(name, `not looked at, as ${why}`))]
}

async function loaded(lab: Lab, { params, hasCost }: Description, given: Params): Promise<Check> {
  const names = Object.keys(params.properties)
  const says =
    names.length === 0 ? 'no parameters' : `${plural(names.length, 'parameter')}, all known`
  if (!hasCost) return ok('loads', says, { params: names })
  const [costMs = 0] = await lab.costs([given])
  return ok('loads', `${says}; estimated at ${duration(costMs)} of CPU`, { params: names, costMs })
}

async function notJson(lab: Lab, params: Params, timeoutMs: number): Promise<Check> {
  const { observed } = await lab.run({ on: 'event loop', params, timeoutMs })
  return serialisable(observed?.losses ?? [], undefined)
}

async function estimate(lab: Lab, samples: readonly Sample[]): Promise<Estimate[]> {
  const costs = await lab.costs(samples.map(({ params }) => params))
  return samples.map(({ params, cpuMs }, i) => ({ params, cpuMs, costMs: costs[i] ?? 0 }))
}
