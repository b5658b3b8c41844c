import type { Interval } from '../fit/profile.ts'
import { type Deployment, instancesOf, sizeOf } from './deployment.ts'
import { aboutFewest, type Demand } from './fewest.ts'
import type { Curves, Sensitivity } from './plan.ts'
import { workInterval } from './predict.ts'
import type { Sampler } from './sampler.ts'

/** What is needed if the rate, or the time of a task, is another than was asked: all beside the answer itself. */

const rateChanges = [1.1, 1.2, 1.5, 2]
const workChanges = [1.1, 1.25]
/** Of the asked rate; those that `rateChanges` has are searched for once. */
const curveRates = [0.25, 0.5, 0.75, 1, ...rateChanges]

/** Searches around what is known: the answer for more of anything is at least this one, and about in proportion. */
export interface Neighbours {
  sensitivity: Sensitivity[]
  instances: Curves['instances']
  /** See `Answer.instancesInterval`; null: tasks as slow as may be are too slow for any number. */
  interval: Interval | null
}

export function neighbours(sampler: Sampler, deployment: Deployment, fewest: number): Neighbours {
  const { question } = deployment
  const demand = (times: number): Demand => ({ ratePerS: question.ratePerS * times, factor: 1 })
  const byRate = new Map([[1, fewest]])
  let [least, last] = [1, fewest]
  for (const times of curveRates.filter((each) => each < 1)) {
    least = about(demand(times), times, least) ?? fewest
    byRate.set(times, Math.min(least, fewest))
  }
  for (const times of rateChanges) {
    const more: number | null = about(demand(times), times, last)
    if (more === null) continue
    byRate.set(times, more)
    last = more
  }
  const slower = workChanges.map((factor) => ({
    times: factor,
    ratePerS: question.ratePerS,
    instances: about({ ratePerS: question.ratePerS, factor }, factor, fewest),
  }))
  return {
    sensitivity: [
      ...rateChanges.map((times) =>
        entry('rate', times, question.ratePerS * times, byRate.get(times) ?? null),
      ),
      ...slower.map(({ times, ratePerS, instances }) => entry('work', times, ratePerS, instances)),
    ],
    instances: curveRates.flatMap((times) => {
      const instances = byRate.get(times)
      return instances === undefined ? [] : [point(question.ratePerS * times, instances)]
    }),
    interval: interval(),
  }

  function about(at: Demand, times: number, atLeast: number): number | null {
    return aboutFewest(sampler, deployment, at, { guess: Math.ceil(fewest * times), atLeast })
  }

  function entry(
    change: Sensitivity['change'],
    times: number,
    ratePerS: number,
    instances: number | null,
  ): Sensitivity {
    if (instances === null) return { change, times, ratePerS, fewest: null, more: null }
    const size = sizeOf(deployment, instances, ratePerS)
    const now = sizeOf(deployment, fewest, question.ratePerS)
    return { change, times, ratePerS, fewest: size, more: instancesOf(size) - instancesOf(now) }
  }

  function point(ratePerS: number, instances: number): Curves['instances'][number] {
    const { cores } = sizeOf(deployment, instances, ratePerS)
    return { ratePerS, instances, cores, cost: cores * (question.corePrice ?? 1) }
  }

  function interval(): Interval | null {
    const { low, high } = workInterval(deployment)
    const { ratePerS } = question
    const fast = about({ ratePerS, factor: low }, low, 1) ?? fewest
    const slow = about({ ratePerS, factor: high }, high, fewest)
    return slow === null ? null : { low: Math.min(fast, fewest), high: slow }
  }
}
