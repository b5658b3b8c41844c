import { type Overrides, scenarioOfFlags } from '../measure/scenario/resolve.ts'
import type { ExecutorName, Scenario } from '../measure/scenario/schema.ts'
import type { Summary } from '../measure/summary/schema.ts'
import { formatDuration } from '../report/duration.ts'
import { UsageError } from '../usage-error.ts'
import { at, sampleOf } from './fit/sample.ts'

/** What is to be planned for. */
export interface Work {
  task?: string
  /** Absolute path of a folder with tasks. */
  tasks?: string
  params?: Record<string, unknown>
}

/** Runs a scenario on a stack of its own, and resolves with its summary. */
export type Measure = (scenario: Scenario) => Promise<Summary>

export interface CalibrateOptions extends Work {
  executors: readonly ExecutorName[]
  cores: number
}

export interface Calibration {
  summary: Summary
  /** Measures the same once more: a machine is not as fast at all times. */
  again(): Promise<Summary>
}

/** So few requests a second, of which most are alone: a third of what one core can do. */
const calmShare = 0.3
/** So many that tasks run beside each other most of the time; and more than can be done. */
const busyShare = 0.75
const overShare = 1.3
/** Runs alone that are enough for their mean; as many as come within the longest trial, of long tasks. */
const calmRuns = 40
const shortestMs = 8000
const longestMs = 40_000
/** A generator on the same machine would take too much of it beyond. */
const highestRate = 2000

/**
 * Measures what a plan needs to know: tasks nearly alone, beside each other, and more of them than can be done. A first
 * look tells how long the task takes.
 *
 * @throws {UsageError} where the task does not complete
 */
export async function calibrate(options: CalibrateOptions, measure: Measure): Promise<Calibration> {
  const first = await measure(firstLook(options))
  const runMs = usualOf(first)
  if (runMs === undefined)
    throw new UsageError(
      `nothing to plan with: of a few requests, none told how long its task ran (${whyOf(first)})`,
    )
  const scenario = calibration(options, runMs)
  const again = () => measure(scenario)
  return { summary: await again(), again }
}

function firstLook(work: Work): Scenario {
  const scenario = named('first look', {
    ...overridesOf(work, ['thread']),
    rate: 2,
    durationMs: 4000,
  })
  return { ...scenario, warmUpMs: 2000 }
}

function calibration(options: CalibrateOptions, runMs: number): Scenario {
  const { executors, cores } = options
  const onePerS = 1000 / runMs
  const calmMs = (calmRuns * 1000) / (calmShare * onePerS)
  const scenario = named(`calibration on ${executors.join(', ')}`, {
    ...overridesOf(options, executors),
    durationMs: Math.round(Math.min(longestMs, Math.max(shortestMs, calmMs))),
    spacing: 'poisson',
  })
  return {
    ...scenario,
    rates: ratesFor(onePerS, cores),
    // One loop can do what one core can.
    ratesOf: { 'event-loop': ratesFor(onePerS, 1) },
    // A cold service's first second is not counted; of long tasks, their first runs.
    warmUpMs: Math.round(Math.min(10_000, Math.max(2000, 2 * runMs))),
    giveUpMs: 4 * longestMs,
  }
}

/** Requests a second, ascending. */
function ratesFor(onePerS: number, cores: number): Scenario['rates'] {
  // With many cores, something between one busy core and all of them.
  const halfBusy = cores > 2 ? [(busyShare * cores) / 2] : []
  const shares = [calmShare, ...halfBusy, busyShare * cores, overShare * cores]
  const possible = shares.map((share) =>
    Number(Math.min(highestRate, share * onePerS).toPrecision(3)),
  )
  return [...new Set(possible)].map((rate) => ({ shape: 'constant', rate }))
}

/** The first runs of a task are slow, before it is compiled: those are in the warm-up. */
function usualOf({ conditions }: Summary): number | undefined {
  const histograms = conditions.flatMap(({ parts }) => (parts ? [parts.runHistogram] : []))
  const values = histograms.flatMap((histogram) => sampleOf(histogram).values)
  return values.length === 0 ? undefined : at(values, 0.5)
}

/** The work as flags of `measure` would say it. */
export function overridesOf(
  { task, tasks, params }: Work,
  executors: readonly ExecutorName[],
): Overrides {
  return {
    executors: [...executors],
    ...(task !== undefined && { task }),
    ...(tasks !== undefined && { tasks }),
    ...(params !== undefined && { params }),
  }
}

/** Without a bystander: it is no part of what is asked. */
function named(name: string, given: Overrides): Scenario {
  return { ...scenarioOfFlags(given), name, bystander: false }
}

function whyOf({ conditions }: Summary): string {
  const [first] = conditions
  const reasons = Object.entries(first?.reasons ?? {}).map(([reason, n]) => `${reason}: ${n}`)
  if (first?.void != null) reasons.push(first.void)
  return reasons.join(', ') || `no result within ${formatDuration(first?.deadlineMs ?? 0)}`
}
