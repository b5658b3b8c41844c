import { busyAtMost, load } from './capacity.ts'
import { type Deployment, loopCapacityPerS } from './deployment.ts'
import { meets } from './judge.ts'
import type { Answer, Breaks, Size } from './plan.ts'
import type { Sampler, Setting } from './sampler.ts'

/** A rate is looked for to within this share of it. */
const precision = 0.01

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
  const isEnough = (ratePerS: number) => meets(sampler, deployment, at(ratePerS), 'standard')
  const loopPerS =
    deployment.known.executor === 'event-loop'
      ? Number.POSITIVE_INFINITY
      : loopCapacityPerS(deployment, size.servers)
  if (loopPerS >= question.ratePerS && isEnough(loopPerS))
    return { ratePerS: loopPerS, breaks: 'server loop' }
  const capacityPerS = question.ratePerS / load(deployment, at(question.ratePerS))
  let [low, high] = [question.ratePerS, Math.max(question.ratePerS, busyAtMost * capacityPerS)]
  // As far as that, or farther where requests may be refused.
  while (isEnough(high)) [low, high] = [high, 1.5 * high]
  while (high > low * (1 + precision)) {
    const middle = Math.sqrt(low * high)
    if (isEnough(middle)) low = middle
    else high = middle
  }
  return { ratePerS: low, breaks: breaksAt(sampler, deployment, at(high)) }
}

function breaksAt(sampler: Sampler, deployment: Deployment, setting: Setting): Breaks {
  const { refusedAtMost } = deployment.question
  const { refused, expired } = sampler.sample(deployment, setting, 'standard')
  if (refused + expired <= refusedAtMost) return 'latency'
  return refused > expired ? 'refusals' : 'deadline'
}
