import { dueTimes } from '../../measure/pacer/pacer.ts'
import { scenarioOfFlags } from '../../measure/scenario/resolve.ts'
import type { Scenario } from '../../measure/scenario/schema.ts'
import { formatDuration } from '../../report/duration.ts'
import { UsageError } from '../../usage-error.ts'
import { overridesOf, type Work } from '../calibrate.ts'
import type { HeldOut } from './held-out.ts'
import type { Schedule } from './predict.ts'

/** What one run of `measure` does in a round: settings of one executor and size, each with its rate. */
export interface Trials {
  scenario: Scenario
  settings: readonly { setting: HeldOut; schedule: Schedule }[]
}

export interface TrialsOptions {
  work: Work
  /** Of each trial; undefined: as long as the figures need. */
  durationMs: number | undefined
  rounds: number
  limits: Pick<Schedule, 'lineLimit' | 'queueLimit'>
}

const warmUpMs = 3000
/** Others than calibration has, and in each round: its requests are others. */
const seed = 2011
const shortestMs = 20_000
const longestMs = 60_000
/** Of all rounds: a 95th percentile of fewer says little. */
const enoughRequests = 400
/** A percentile of fewer, of all rounds, is chance. */
const fewestRequests = 20

/** By round. @throws {UsageError} where too few requests would come in all of them */
export function trialsOf(settings: readonly HeldOut[], options: TrialsOptions): Trials[][] {
  const rounds = Array.from({ length: options.rounds }, (_, index) =>
    roundOf(settings, index + 1, options),
  )
  refuseFew(rounds)
  return rounds
}

function roundOf(
  settings: readonly HeldOut[],
  round: number,
  { work, durationMs, rounds, limits }: TrialsOptions,
): Trials[] {
  const groups = Map.groupBy(settings, ({ executor, servers }) => `${executor} ${servers}`)
  return [...groups.values()].map((group) => {
    const { executor, servers, workers } = group[0]!
    const slowest = Math.min(...group.map(({ ratePerS }) => ratePerS))
    const enoughMs = (enoughRequests * 1000) / slowest / rounds
    const long = Math.min(longestMs, Math.max(shortestMs, enoughMs))
    const scenario: Scenario = {
      ...scenarioOfFlags({
        ...overridesOf(work, [executor]),
        servers: [servers],
        workers: [workers],
        durationMs: Math.round(durationMs ?? long),
        spacing: 'poisson',
      }),
      name: `verification ${round} of ${rounds}, ${executor}, ${servers} of each`,
      rates: group.map(({ ratePerS }) => ({ shape: 'constant', rate: ratePerS })),
      warmUpMs,
      seed: seed + round,
      bystander: false,
    }
    return {
      scenario,
      settings: group.map((setting) => ({
        setting,
        schedule: { ...limits, dueMs: dueOf(scenario, setting) },
      })),
    }
  })
}

/** As `measure` will send them. */
function dueOf({ durationMs, spacing, seed }: Scenario, { ratePerS }: HeldOut): number[] {
  const rate = { shape: 'constant' as const, rate: ratePerS }
  return [...dueTimes({ rate, durationMs, warmUpMs, spacing, seed })]
}

function refuseFew(rounds: readonly Trials[][]): void {
  const counts = new Map<HeldOut, number>()
  for (const { settings } of rounds.flat())
    for (const { setting, schedule } of settings) {
      const counted = schedule.dueMs.filter((ms) => ms >= 0).length
      counts.set(setting, (counts.get(setting) ?? 0) + counted)
    }
  for (const [{ ratePerS }, count] of counts) {
    if (count >= fewestRequests) continue
    const given = formatDuration(rounds[0]![0]!.scenario.durationMs)
    const longer = formatDuration(Math.ceil((2 * fewestRequests) / ratePerS / rounds.length) * 1000)
    throw new UsageError(
      `--duration ${given}: only ${count} requests would come at ${ratePerS}/s in all; make it ${longer} or more`,
    )
  }
}
