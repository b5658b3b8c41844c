import type { ExecutorName } from '../../measure/scenario/schema.ts'
import type { ConditionSummary, Summary } from '../../measure/summary/schema.ts'
import { UsageError } from '../../usage-error.ts'
import type { Measure } from '../calibrate.ts'
import type { Profile } from '../fit/profile.ts'
import { type HeldOut, heldOutOf } from './held-out.ts'
import { notesOf } from './notes.ts'
import { type ForeSeen, predict, replay } from './predict.ts'
import { type TrialsOptions, trialsOf } from './trials.ts'
import {
  checkSetting,
  errorsOf,
  measuredOf,
  type Round,
  type Verification,
  type VerifiedSetting,
} from './verification.ts'
import { type Traced, worksOf } from './works.ts'

export interface VerifyOptions extends TrialsOptions {
  /** Of the task that `work` names. */
  profile: Profile
  executors: readonly ExecutorName[]
  measure: Measure
  /** Requests of a run, by the key of their condition. */
  tracesOf(run: string): Promise<Map<string, readonly Traced[]>>
  /** Fits anew, before each round but the first; undefined: what was fitted once stays. */
  fitAgain: (() => Promise<Profile>) | undefined
  /** Told before anything of a round is measured. */
  onPredicted(predictions: readonly Prediction[], round: number): void
}

export interface Prediction {
  setting: HeldOut
  foreseen: ForeSeen
}

/**
 * Predicts settings that were not measured, measures them, and compares: several rounds, each with a calibration
 * of its own where there can be one. A machine that others share is some percent faster or slower from one minute
 * to the next, and near what it can do waits change by several times as much.
 *
 * @throws {UsageError}
 */
export async function verify(options: VerifyOptions): Promise<Verification> {
  const { profile, executors, measure, tracesOf, onPredicted, fitAgain } = options
  const settings = heldOutOf(profile, executors)
  if (settings.length === 0)
    throw new UsageError(`nothing is known of ${executors.join(', ')}: there is nothing to predict`)
  const profiles = [profile]
  const checkedBy: string[] = []
  const found = new Map<HeldOut, Round[]>(settings.map((setting) => [setting, []]))
  for (const [index, trials] of trialsOf(settings, options).entries()) {
    if (index > 0 && fitAgain !== undefined) profiles.push(await fitAgain())
    const known = profiles.at(-1)!
    const predictions = trials.map((each) =>
      each.settings.map(({ setting, schedule }) => ({
        setting,
        schedule,
        foreseen: predict(known, setting, schedule),
      })),
    )
    onPredicted(predictions.flat(), index + 1)
    for (const [run, { scenario }] of trials.entries()) {
      const summary = await measure(scenario)
      checkedBy.push(summary.run)
      const traces = await tracesOf(summary.run)
      for (const { setting, schedule, foreseen } of predictions[run]!) {
        const condition = conditionOf(summary, setting)
        const worksMs = worksOf(traces.get(condition.key) ?? [], foreseen.speedAmong)
        // Some were never sent, if the run was cut short.
        const isWhole = worksMs?.length === schedule.dueMs.length
        const replayed = isWhole ? replay(known, setting, schedule, worksMs) : null
        found.get(setting)!.push({ foreseen, measured: measuredOf(condition), worksMs, replayed })
      }
    }
  }
  return verificationOf(
    profile,
    [...found].map(([setting, each]) => checkSetting(setting, each)),
    { fittedFrom: [...new Set(profiles.flatMap(({ runs }) => runs))], checkedBy },
  )
}

function conditionOf({ run, conditions }: Summary, { ratePerS }: HeldOut): ConditionSummary {
  const condition = conditions.find(
    ({ rate }) => rate.shape === 'constant' && rate.rate === ratePerS,
  )
  if (condition === undefined) throw new Error(`run ${run} has no trial of ${ratePerS}/s`)
  return condition
}

function verificationOf(
  { task, params, machine }: Profile,
  settings: VerifiedSetting[],
  runs: Pick<Verification, 'fittedFrom' | 'checkedBy'>,
): Verification {
  return {
    format: 1,
    task,
    params,
    machine,
    ...runs,
    settings,
    error: errorsOf(settings, ({ error }) => error),
    replay: errorsOf(settings, ({ replayError }) => replayError),
    notes: notesOf(settings),
  }
}
