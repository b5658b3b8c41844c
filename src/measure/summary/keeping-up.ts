import { rate, sentence } from '../../report/words.ts'
import type { Placed } from './naming.ts'
import type { ConditionSummary } from './schema.ts'

/** Completing less than this share of what is offered is not keeping up. */
const enough = 0.9

interface Load {
  offeredPerS: number
  throughputPerS: number
  isKept: boolean
}

/**
 * Where one stopped keeping up, for each executor (a list of its conditions, which differ in their rate):
 * at the lowest rate from which on no higher one was kept up with either, so that chance at one rate
 * decides nothing. Undefined where only one rate was tried.
 */
export function keepingUpSentence(groups: readonly (readonly Placed[])[]): string | undefined {
  const parts = groups.flatMap((conditions) => {
    const loads = loadsOf(conditions)
    const [first] = conditions
    return first === undefined || loads.length < 2 ? [] : [`${first.where} ${howFar(loads)}`]
  })
  return parts.length > 0 ? sentence(parts.join('; ')) : undefined
}

/** By rate, over conditions or the steps of one. */
function loadsOf(conditions: readonly ConditionSummary[]): Load[] {
  return conditions
    .flatMap((condition): Load[] => {
      const { load, offeredPerS, throughputPerS } = condition
      if (load.length < 2) return [{ offeredPerS, throughputPerS, isKept: keepsUp(condition) }]
      return load.map((each) => ({ ...each, isKept: isEnough(each) }))
    })
    .filter(({ offeredPerS }) => offeredPerS > 0)
    .toSorted((a, b) => a.offeredPerS - b.offeredPerS)
}

function howFar(loads: readonly Load[]): string {
  const lastKept = loads.findLastIndex(({ isKept }) => isKept)
  const [kept, lost] = [loads[lastKept], loads[lastKept + 1]]
  const came =
    lost === undefined ? '' : `${rate(lost.offeredPerS)} (${rate(lost.throughputPerS)} came)`
  if (kept === undefined) return `results did not keep up even with the lowest rate, ${came}`
  if (lost === undefined) return `results kept up with every rate, up to ${rate(kept.offeredPerS)}`
  return `results kept up with ${rate(kept.offeredPerS)}, but not with ${came}`
}

/**
 * What is under way when a trial ends is missing from its throughput, and says nothing. Where latency is
 * short beside the trial, as many are forgiven as are under way at a time: by Little's law, rate × mean
 * latency (and a quarter more). Where a queue grows without end, more than that are missing.
 */
function keepsUp(condition: ConditionSummary): boolean {
  if (isEnough(condition)) return true
  const { offeredPerS, throughputPerS, latencyMs, requests, trials } = condition
  const used = trials.filter((trial) => trial.void === null).length || trials.length
  if (offeredPerS === 0 || used === 0) return false
  const trialS = requests.sent / offeredPerS / used
  const latencyS = (latencyMs.mean ?? Number.POSITIVE_INFINITY) / 1000
  const missing = (offeredPerS - throughputPerS) * trialS
  return latencyS <= trialS / 4 && missing <= 1.25 * offeredPerS * latencyS
}

function isEnough({ offeredPerS, throughputPerS }: Omit<Load, 'isKept'>): boolean {
  return throughputPerS >= enough * offeredPerS
}
