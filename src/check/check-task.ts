import { readConfig } from '../config.ts'
import { timeLimit } from '../tasks/time-limit.ts'
import { cost, type Estimate } from './cost-check.ts'
import { cancellable, deadline, promisedMs } from './ended.ts'
import { growth } from './growth-check.ts'
import { createLab, type Lab } from './lab.ts'
import type { Description, RunResult, Subject } from './lab-messages.ts'
import { leaves } from './leaves.ts'
import { fits, readParams } from './parameters.ts'
import { type Measured, type Probing, probeGrowth, type Sample } from './probe-growth.ts'
import { progress } from './progress.ts'
import { type Check, type CheckReport, duration, ok, plural, skipped } from './report.ts'
import { isNotJson, runs, tooLong } from './runs.ts'
import { type PlacedRun, sameResult } from './same-result.ts'
import { serialisable } from './serialisable.ts'

export interface CheckOptions {
  /** By name, JSON or text; the task's defaults for the others. */
  params?: Record<string, string>
  /** How long a run may take, in milliseconds; the task's own limit if not given. */
  timeoutMs?: number
  /** For all runs that show how the time grows, in milliseconds. */
  growthBudgetMs?: number
  /** The check of this name begins. */
  onCheck?(name: string): void
}

/**
 * Runs a task on every executor, as a service would, without Redis. Three processes take part, so that
 * whatever it does to its own, this one goes on: one for the event loop, one for a server's thread, one for
 * a worker's, which is what the queue comes to.
 *
 * @throws {UsageError} where the task does not load or the parameters do not fit
 */
export async function checkTask(
  subject: Subject,
  options: CheckOptions = {},
): Promise<CheckReport> {
  const labs = {
    eventLoop: createLab(subject),
    thread: createLab(subject),
    queue: createLab(subject),
  }
  try {
    options.onCheck?.('loads')
    const description = await labs.thread.describe()
    const params = readParams(description.params, options.params ?? {})
    const checks = await allChecks(labs, description, params, options)
    const fit = checks.every(({ verdict }) => verdict !== 'fail')
    return { task: description.name, file: subject.file, params, fit, checks }
  } finally {
    for (const lab of Object.values(labs)) lab.close()
  }
}

interface Labs {
  eventLoop: Lab
  thread: Lab
  queue: Lab
}

type Params = Record<string, unknown>

async function allChecks(
  labs: Labs,
  description: Description,
  params: Params,
  { timeoutMs, growthBudgetMs = 25_000, onCheck = () => {} }: CheckOptions,
): Promise<Check[]> {
  const ownMs = timeLimit(description as never, readConfig())
  const limitMs = Math.min(timeoutMs ?? ownMs, ownMs)
  const loads = await loaded(labs.thread, description, params)

  onCheck('runs')
  const on = 'thread'
  const first = await labs.thread.run({ on, params, timeoutMs: limitMs })
  if (!first.ok) {
    const made = [loads, runs(first)]
    if (isNotJson(first)) made.push(await notJson(labs.eventLoop, params, limitMs))
    const whose = limitMs < ownMs ? 'option' : description.timeoutMs === ownMs ? 'task' : 'service'
    if (first.reason === 'deadline') made.push(tooLong(first, limitMs, whose))
    return [
      ...made,
      ...rest.filter((name) => made.every((each) => each.name !== name)).map(notReached),
    ]
  }

  onCheck('same result')
  const second = await labs.thread.run({ on, params, timeoutMs: limitMs })
  const warm = second.ok ? second : first
  // Only their results matter, so they may take longer: two at a time, and nobody measures.
  const patienceMs = Math.ceil(Math.min(2 * limitMs, 10 * warm.runMs + 10_000))
  const twice = async (lab: Lab, on: 'event loop' | 'thread') => [
    await lab.run({ on, params, timeoutMs: patienceMs }),
    await lab.run({ on, params, timeoutMs: patienceMs }),
  ]
  const [onLoop, onQueue] = await Promise.all([
    twice(labs.eventLoop, 'event loop'),
    twice(labs.queue, 'thread'),
  ])
  const placed: PlacedRun[] = [
    ...onLoop.map((result) => ({ on: 'event loop' as const, result })),
    ...[first, second].map((result) => ({ on: 'thread' as const, result })),
    ...onQueue.map((result) => ({ on: 'queue' as const, result })),
  ]
  const observed = onLoop.flatMap((result) => result.observed ?? [])
  const last = observed.at(-1)
  const left = observed.flatMap((each) => each.left)
  const written = labs.eventLoop.written()
  labs.eventLoop.close()
  labs.queue.close()

  onCheck('growth')
  const toSample = sampler(computes(placed.map(({ result }) => result)))
  const base = toSample(params, warm)
  const probing = await probe(labs.thread, description, base, {
    toSample,
    limitMs,
    budgetMs: growthBudgetMs,
  })

  const ended = await endings(labs.thread, longRun(base, probing.samples), onCheck)

  onCheck('cost')
  const estimates = description.hasCost ? await estimate(labs.thread, probing.samples) : undefined
  return [
    loads,
    runs(warm),
    sameResult(placed),
    last === undefined
      ? skipped('serialisable', 'it did not end well on the event loop, where it is watched')
      : serialisable(observed[0]?.losses ?? [], Buffer.byteLength(warm.json)),
    last === undefined
      ? skipped('progress', 'it did not end well on the event loop, where it is watched')
      : progress(last.progress),
    cancellable(ended.lingeredMs),
    deadline({ runMs: warm.runMs, limitMs, lateMs: ended.lateMs }),
    growth(probing, limitMs),
    cost(estimates),
    leaves(left, written),
  ]
}

const rest = [
  ...['same result', 'serialisable', 'progress', 'cancellable', 'deadline', 'growth', 'cost'],
  'leaves nothing',
]
const notReached = (name: string) => skipped(name, 'not looked at, as no run has ended well')

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

/**
 * Whether a task computes, rather than waits. One of many runs shows it: other work on the machine only
 * makes it look as if it waited.
 */
function computes(results: readonly RunResult[]): boolean {
  return results.some((result) => result.ok && result.cpuMs > result.runMs / 2)
}

/** Makes a run what growth sees: CPU time where the task computes, which other work does not lengthen. */
function sampler(byCpu: boolean) {
  return (params: Params, { runMs, cpuMs }: { runMs: number; cpuMs: number }): Sample => ({
    params,
    // Less CPU time than that is told in steps too coarse.
    ms: byCpu && cpuMs >= 10 ? cpuMs : runMs,
    cpuMs,
  })
}

function probe(
  lab: Lab,
  { params: schema }: Description,
  base: Sample,
  {
    toSample,
    limitMs,
    budgetMs,
  }: { toSample: ReturnType<typeof sampler>; limitMs: number; budgetMs: number },
): Promise<Probing> {
  /** The shortest of three, where a run is so short that anything may lengthen it. */
  async function measure(params: Params, timeoutMs: number): Promise<Measured> {
    let best: Sample | undefined
    for (let times = 0; times < (best === undefined || best.ms < 200 ? 3 : 1); times++) {
      const result = await lab.run({
        on: 'thread',
        params,
        timeoutMs: Math.min(timeoutMs, limitMs),
      })
      if (!result.ok) return result
      const sample = toSample(params, result)
      if (best === undefined || sample.ms < best.ms) best = sample
    }
    return { ok: true, ms: best!.ms, cpuMs: best!.cpuMs }
  }
  return probeGrowth({
    schema,
    params: base.params,
    base,
    measure,
    budgetMs,
    fits: (params) => fits(schema, params),
  })
}

/** A run that is long enough to be ended in its middle: the one asked for, else the longest that was tried. */
function longRun(base: Sample, samples: readonly Sample[]): Sample {
  if (base.ms >= 200) return base
  return samples.reduce((a, b) => (b.ms > a.ms ? b : a), base)
}

const shortestEndedMs = 40

/** Ends runs in their middle: five that nobody wants any more, two at a deadline. */
async function endings(lab: Lab, { params, ms }: Sample, onCheck: (name: string) => void) {
  const none: { lingeredMs: (number | null)[]; lateMs: (number | null)[] } = {
    lingeredMs: [],
    lateMs: [],
  }
  if (ms < shortestEndedMs) return none
  const spanMs = Math.min(ms, 3000)
  const parts = [0.1, 0.3, 0.5, 0.7, 0.9]
  onCheck('cancellable')
  const cancel = () =>
    lingering(
      lab,
      parts.map((part) => ({ params, timeoutMs: 60_000, abortAfterMs: part * spanMs })),
    )
  let lingeredMs = await cancel()
  // What else the machine does may delay an end: the better of two rounds counts.
  if ([1, 2, 3].includes(late(lingeredMs)) && !lingeredMs.includes(null)) {
    const again = await cancel()
    if (late(again) < late(lingeredMs)) lingeredMs = again
  }
  onCheck('deadline')
  const timeoutMs = Math.ceil(spanMs / 2)
  const lateMs = await lingering(
    lab,
    [1, 2].map(() => ({ params, timeoutMs })),
  )
  return { lingeredMs, lateMs }
}

const late = (lingeredMs: (number | null)[]) =>
  lingeredMs.filter((ms) => ms === null || ms > promisedMs).length

interface Ended {
  params: Params
  timeoutMs: number
  abortAfterMs?: number
}

/** How long the threads of runs were there after their ends; not of those that came to their own end before. */
async function lingering(lab: Lab, ended: Ended[]): Promise<(number | null)[]> {
  const found: (number | null)[] = []
  for (const each of ended) {
    const result: RunResult = await lab.run({ on: 'thread', ...each })
    if (result.ok) continue
    const wasEnded = ['aborted', 'deadline', 'process died'].includes(result.reason)
    if (wasEnded) found.push(result.lingeredMs ?? null)
    if (result.lingeredMs !== null) continue
    lab.close() // it would go on there, and slow down what follows
    if (late(found) > 1) break
  }
  return found
}

async function estimate(lab: Lab, samples: readonly Sample[]): Promise<Estimate[]> {
  const costs = await lab.costs(samples.map(({ params }) => params))
  return samples.map(({ params, cpuMs }, i) => ({ params, cpuMs, costMs: costs[i] ?? 0 }))
}
