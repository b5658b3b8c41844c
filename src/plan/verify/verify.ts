import { dueTimes } from '../../measure/pacer/pacer.ts'
import { scenarioOfFlags } from '../../measure/scenario/resolve.ts'
import type { ExecutorName, Scenario } from '../../measure/scenario/schema.ts'
import { formatDuration } from '../../report/duration.ts'
import { UsageError } from '../../usage-error.ts'
import type { Measure, Work } from '../calibrate.ts'
import type { Profile } from '../fit/profile.ts'
import { type HeldOut, heldOutOf } from './held-out.ts'
import { notesOf } from './notes.ts'
import { type ForeSeen, predict, type Schedule } from './predict.ts'
import {
  checkSetting,
  errorsOf,
  measuredOf,
  type Verification,
  type VerifiedSetting,
} from './verification.ts'

export interface VerifyOptions {
  profile: Profile
  /** The same that the profile is of. */
  work: Work
  executors: readonly ExecutorName[]
  /** Of each trial; undefined: as long as the figures need. */
  durationMs: number | undefined
  limits: Pick<Schedule, 'lineLimit' | 'queueLimit'>
  measure: Measure
  /** Told before anything is measured. */
  onPredicted(predictions: readonly Prediction[]): void
}

export interface Prediction {
  setting: HeldOut
  foreseen: ForeSeen
}

const warmUpMs = 3000
/** Another one than calibration has: its requests are others. */
const seed = 2011
const shortestMs = 60_000
const longestMs = 180_000
/** A 95th percentile of fewer says little. */
const enoughRequests = 400

/** Predicts settings that were not measured, measures them, and compares. @throws {UsageError} */
export async function verify(options: VerifyOptions): Promise<Verification> {
  const { profile, executors, measure, onPredicted, limits } = options
  const scenarios = scenariosOf(options)
  if (scenarios.length === 0)
    throw new UsageError(`nothing is known of ${executors.join(', ')}: there is nothing to predict`)
  const predictions = scenarios.map(({ scenario, settings }) =>
    settings.map((setting) => {
      const schedule = { ...limits, dueMs: dueOf(scenario, setting) }
      refuseFew(schedule, scenario, setting)
      return { setting, schedule, foreseen: predict(profile, setting, schedule) }
    }),
  )
  onPredicted(predictions.flat())
  const checkedBy: string[] = []
  const settings: VerifiedSetting[] = []
  for (const [index, { scenario }] of scenarios.entries()) {
    const summary = await measure(scenario)
    checkedBy.push(summary.run)
    for (const { setting, schedule, foreseen } of predictions[index]!) {
      const condition = summary.conditions.find(
        ({ rate }) => rate.shape === 'constant' && rate.rate === setting.ratePerS,
      )
      if (condition === undefined) continue // it was interrupted before
      const adjust = (factor: number) => predict(profile, setting, schedule, factor)
      settings.push(checkSetting(setting, foreseen, measuredOf(condition), adjust))
    }
  }
  return {
    format: 1,
    task: profile.task,
    params: profile.params,
    machine: profile.machine,
    fittedFrom: profile.runs,
    checkedBy,
    settings,
    error: errorsOf(settings, ({ error }) => error),
    adjusted: errorsOf(settings, ({ adjustedError }) => adjustedError),
    notes: notesOf(settings),
  }
}

/** A percentile of fewer is chance. */
const fewestRequests = 20

function refuseFew({ dueMs }: Schedule, { durationMs }: Scenario, { ratePerS }: HeldOut): void {
  const counted = dueMs.filter((ms) => ms >= 0).length
  if (counted >= fewestRequests) return
  const longer = formatDuration(Math.ceil((2 * fewestRequests) / ratePerS) * 1000)
  throw new UsageError(
    `--duration ${formatDuration(durationMs)}: only ${counted} requests would come at ${ratePerS}/s; make it ${longer} or more`,
  )
}

/** One for each executor and size: each has rates of its own. */
function scenariosOf({
  profile,
  work,
  executors,
  durationMs,
}: VerifyOptions): { scenario: Scenario; settings: HeldOut[] }[] {
  const settings = heldOutOf(profile, executors)
  const groups = Map.groupBy(settings, ({ executor, servers }) => `${executor} ${servers}`)
  return [...groups.values()].map((group) => {
    const { executor, servers, workers } = group[0]!
    const slowest = Math.min(...group.map(({ ratePerS }) => ratePerS))
    const long = Math.min(longestMs, Math.max(shortestMs, (enoughRequests * 1000) / slowest))
    const scenario = scenarioOfFlags({
      ...(work.task !== undefined && { task: work.task }),
      ...(work.tasks !== undefined && { tasks: work.tasks }),
      ...(work.params !== undefined && { params: work.params }),
      executors: [executor],
      servers: [servers],
      workers: [workers],
      durationMs: Math.round(durationMs ?? long),
      spacing: 'poisson',
    })
    const rates = group.map(({ ratePerS }) => ({ shape: 'constant' as const, rate: ratePerS }))
    const name = `verification, ${executor}, ${servers} of each`
    return {
      scenario: { ...scenario, name, rates, warmUpMs, seed, bystander: false },
      settings: group,
    }
  })
}

/** As `measure` will send them. */
function dueOf({ durationMs, spacing }: Scenario, { ratePerS }: HeldOut): number[] {
  const rate = { shape: 'constant' as const, rate: ratePerS }
  return [...dueTimes({ rate, durationMs, warmUpMs, spacing, seed })]
}
