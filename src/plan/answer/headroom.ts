import { busyAtMost, leastInstances, load } from './capacity.ts'
import { type Deployment, loopCapacityPerS } from './deployment.ts'
import { type Effort, lostAtMost, lostOf, meets } from './judge.ts'
import { isOutside } from './outside.ts'
import type { Answer, Breaks, Size } from './plan.ts'
import type { Sampler, Setting } from './sampler.ts'

/** A rate is looked for to within this share of it. */
const precision = 0.01

/** As much as the fewest are decided with, where requests may be lost. */
const effort: Effort = { most: 'standard', ofLosses: 'sure' }

/** The highest rate at which so many instances, and no more servers, meet the question, and what breaks above. */
export function headroom(
  sampler: Sampler,
  deployment: Deployment,
  instances: number,
  size: Size,
): NonNullable<Answer['headroom']> {
  const { question } = deployment
  const at = (ratePerS: number): Setting => ({
    instances,
    ratePerS,
    factor: 1,
    balance: question.balance,
  })
  const isEnough = (ratePerS: number) => meets(sampler, deployment, at(ratePerS), effort)
  const found = (ratePerS: number, breaks: Breaks) => ({
    ratePerS,
    breaks,
    isOutside: isOutside(deployment, { size, instances, ratePerS }),
  })
  const loopPerS =
    deployment.known.executor === 'event-loop'
      ? Number.POSITIVE_INFINITY
      : loopCapacityPerS(deployment, size.servers)
  if (loopPerS >= question.ratePerS && isEnough(loopPerS)) return found(loopPerS, 'server loop')
  const capacityPerS = question.ratePerS / load(deployment, at(question.ratePerS))
  let [low, high] = [question.ratePerS, Math.max(question.ratePerS, busyAtMost * capacityPerS)]
  // As far as that, or farther where requests may be refused.
  while (isEnough(high)) [low, high] = [high, 1.5 * high]
  while (high > low * (1 + precision)) {
    const middle = Math.sqrt(low * high)
    if (isEnough(middle)) low = middle
    else high = middle
  }
  return found(low, breaksAt(sampler, deployment, at(high)))
}

function breaksAt(sampler: Sampler, deployment: Deployment, setting: Setting): Breaks {
  const { question } = deployment
  const { instances, ratePerS, factor } = setting
  if (instances < leastInstances(deployment, ratePerS, factor)) return 'cores'
  const sample = sampler.sample(deployment, setting, 'standard')
  const isNeverDone = question.targets.some(
    ({ share }) => sample.latencyMs(share) === Number.POSITIVE_INFINITY,
  )
  const isLost = lostOf(sample) > lostAtMost(question) || (isNeverDone && lostOf(sample) > 0)
  if (isLost) return sample.refused > sample.expired ? 'refusals' : 'deadline'
  // Nothing bounds their lines.
  return isNeverDone ? 'cores' : 'latency'
}
