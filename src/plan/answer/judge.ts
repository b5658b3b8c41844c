import { leastInstances } from './capacity.ts'
import { type Deployment, hasOneLine } from './deployment.ts'
import type { Question } from './plan.ts'
import { type Care, cares } from './sample-size.ts'
import type { Sample, Sampler, Setting } from './sampler.ts'

/**
 * "None" is refused where fewer are than this share: hardly less can be told from samples as large as are affordable,
 * and the same is asked of all of them, however large they are.
 */
export const leastLost = 1 / 100_000

/** Share of requests that may be refused or expire. */
export function lostAtMost({ refusedAtMost }: Question): number {
  return Math.max(refusedAtMost, leastLost)
}

/**
 * How near a sample is to what is asked: the largest of latency over target and of refused over allowed. Up to 1
 * the question is met.
 */
export function pressure(sample: Sample, question: Question): number {
  return Math.max(lateness(sample, question), lostOf(sample) / lostAtMost(question))
}

/** How much to simulate at most: of what is near a target, and where it is not clear how many are lost. */
export interface Effort {
  most: Care
  ofLosses: Care
}

/**
 * A sample decides if its latency is as far as this from the border; nearer, a larger one is taken. The margins are
 * what quantiles of samples of these sizes are off by, about, at the loads at which targets are just met.
 */
const margins: Record<Care, number> = { quick: 0.25, standard: 0.08, sure: 0 }

/** Whether a setting meets the question: with as much simulation as that takes, within the effort. */
export function meets(
  sampler: Sampler,
  deployment: Deployment,
  setting: Setting,
  { most, ofLosses }: Effort,
): boolean {
  const { question } = deployment
  const { instances, ratePerS, factor } = setting
  if (instances < leastInstances(deployment, ratePerS, factor)) return false
  for (const care of cares) {
    const sample = sampler.sample(deployment, setting, care)
    const margin = margins[care]
    const losses = lossesOf(deployment, setting, sample, margin)
    const enough = losses === 'unclear' ? ofLosses : most
    if (cares.indexOf(care) >= cares.indexOf(enough)) return pressure(sample, question) <= 1
    const late = lateness(sample, question)
    if (losses === 'too many' || late > 1 + margin) return false
    if (losses === 'few' && late <= 1 - margin) return true
  }
  return false
}

function lateness(sample: Sample, { targets }: Question): number {
  return Math.max(...targets.map(({ share, ms }) => sample.latencyMs(share) / ms))
}

/** Share of requests that are never done. */
export function lostOf({ refused, expired }: Sample): number {
  return refused + expired
}

/** They are lost several at once, where a line is full: fewer than these may be one accident. */
const accident = 20

/** Whether fewer are lost than may be, as far as a sample can tell. */
function lossesOf(
  deployment: Deployment,
  setting: Setting,
  sample: Sample,
  margin: number,
): 'few' | 'too many' | 'unclear' {
  const allowed = lostAtMost(deployment.question) * sample.counted
  const lost = lostOf(sample) * sample.counted
  if (lost > (1 + margin) * allowed + accident) return 'too many'
  if (lost < (1 - margin) * allowed - accident) return 'few'
  return lost === 0 && isFarFromLosing(deployment, setting, sample) ? 'few' : 'unclear'
}

/**
 * Twice as much has room: lines, and waits, that are twice as long as the longest of n requests are as rare as one in
 * n², as their tails are exponential (see `mgcWaitQuantileMs`).
 */
function isFarFromLosing(
  deployment: Deployment,
  { instances, balance }: Setting,
  { waiting, waitMs, longestMs }: Sample,
): boolean {
  const { lineLimit, queueLimit, deadlineMs } = deployment.question
  // Lines are all about as long, or at worst all that wait are in one.
  const ofOne = hasOneLine(deployment, balance) ? waiting.max / instances + 1 : waiting.max
  const hasRoom = {
    thread: 2 * ofOne <= lineLimit,
    queue: 2 * waiting.max <= queueLimit,
    'event-loop': true,
  }
  const hasTime = longestMs + waitMs.max <= (deadlineMs ?? Number.POSITIVE_INFINITY)
  return hasRoom[deployment.known.executor] && hasTime
}
