import { leastInstances } from './capacity.ts'
import type { Deployment } from './deployment.ts'
import type { Question } from './plan.ts'
import type { Care } from './sample-size.ts'
import type { Sample, Sampler, Setting } from './sampler.ts'

/**
 * How near a sample is to what is asked: the largest of latency over target and of refused over allowed. Up to 1
 * the question is met.
 */
export function pressure(sample: Sample, { targets, refusedAtMost }: Question): number {
  const lost = sample.refused + sample.expired
  const refusals = lost === 0 ? 0 : lost / refusedAtMost
  return Math.max(refusals, ...targets.map(({ share, ms }) => sample.latencyMs(share) / ms))
}

const cares = ['quick', 'standard', 'sure'] as const

/**
 * A sample decides if it is as far as this from the border; nearer, a larger one is taken. The margins are what
 * quantiles of samples of these sizes are off by, about, at the loads at which targets are just met.
 */
const margins: Record<Care, number> = { quick: 0.25, standard: 0.08, sure: 0 }

/** Whether a setting meets the question: with as much simulation as that takes, and no more than `most`. */
export function meets(
  sampler: Sampler,
  deployment: Deployment,
  setting: Setting,
  most: Care,
): boolean {
  const { question } = deployment
  const { instances, ratePerS, factor } = setting
  if (instances < leastInstances(deployment, ratePerS, factor)) return false
  for (const care of cares.slice(0, cares.indexOf(most) + 1)) {
    const found = pressure(sampler.sample(deployment, setting, care), question)
    const margin = care === most ? 0 : margins[care]
    if (found <= 1 - margin) return true
    if (found > 1 + margin) return false
  }
  return false
}
