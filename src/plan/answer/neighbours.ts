import { load } from './capacity.ts'
import { type Deployment, sizeOf } from './deployment.ts'
import { aboutFewest, type Demand } from './fewest.ts'
import { isOutside } from './outside.ts'
import type { Answer, Curves, Sensitivity, Size } from './plan.ts'
import type { Sampler } from './sampler.ts'
import type { End } from './uncertainty.ts'

/** What is needed if the rate, or the time of a task, is another than was asked: all beside the answer itself. */

const rateChanges = [1.1, 1.2, 1.5, 2]
const workChanges = [1.1, 1.25]
const lowerRates = [0.25, 0.5, 0.75]

export interface Neighbours {
  sensitivity: Sensitivity[]
  instances: Curves['instances']
}

/** The answer, around which others are looked for. */
export interface Found {
  instances: number
  headroom: NonNullable<Answer['headroom']>
}

/** Searches around what is known: the answer for more of anything is at least this one, and about in proportion. */
export function neighbours(
  sampler: Sampler,
  deployment: Deployment,
  { instances: fewest, headroom }: Found,
): Neighbours {
  const { question } = deployment
  const now = sizeOf(deployment, fewest, question.ratePerS)
  const byRate = new Map([[1, fewest]])
  let [atLeast, last] = [1, fewest]
  for (const times of lowerRates) {
    atLeast = Math.min(about({ times, factor: 1 }, atLeast) ?? fewest, fewest)
    byRate.set(times, atLeast)
  }
  for (const times of rateChanges) {
    const more = aboveAsked(times, last)
    if (more === null) continue
    byRate.set(times, more)
    last = more
  }
  return {
    sensitivity: [
      ...rateChanges.map((times) => entry('rate', times, byRate.get(times) ?? null)),
      ...workChanges.map((times) =>
        entry('work', times, about({ times: 1, factor: times }, fewest)),
      ),
    ],
    instances: [...byRate]
      .toSorted(([a], [b]) => a - b)
      .map(([times, instances]) => point(question.ratePerS * times, instances)),
  }

  /** What the headroom says is so here, too. */
  function aboveAsked(times: number, atLeast: number): number | null {
    if (question.ratePerS * times <= headroom.ratePerS) return fewest
    // Where event loops bear no more HTTP, it may be servers that are missing, and no workers.
    const isShort = headroom.breaks !== 'server loop' || now.workers === 0
    return about({ times, factor: 1 }, isShort ? Math.max(atLeast, fewest + 1) : atLeast)
  }

  function about(change: { times: number; factor: number }, atLeast: number): number | null {
    const { times, factor } = change
    const demand: Demand = { ratePerS: question.ratePerS * times, factor }
    return aboutFewest(sampler, deployment, demand, {
      guess: Math.ceil(fewest * times * factor),
      atLeast,
    })
  }

  function entry(
    change: Sensitivity['change'],
    times: number,
    instances: number | null,
  ): Sensitivity {
    const ratePerS = question.ratePerS * (change === 'rate' ? times : 1)
    const row = { change, times, ratePerS }
    if (instances === null) return { ...row, fewest: null, more: null, isOutside: false }
    const size = sizeOf(deployment, instances, ratePerS)
    return { ...row, fewest: size, more: moreThan(now, size), ...marked(size, instances, ratePerS) }
  }

  function point(ratePerS: number, instances: number): Curves['instances'][number] {
    const size = sizeOf(deployment, instances, ratePerS)
    const { cores } = size
    const cost = cores * (question.corePrice ?? 1)
    return { ratePerS, instances, cores, cost, ...marked(size, instances, ratePerS) }
  }

  function marked(size: Size, instances: number, ratePerS: number): { isOutside: boolean } {
    return { isOutside: isOutside(deployment, { size, instances, ratePerS }) }
  }
}

function moreThan(now: Size, then: Size): NonNullable<Sensitivity['more']> {
  return { servers: then.servers - now.servers, workers: then.workers - now.workers }
}

/** See `Answer.instancesInterval`. */
export function instancesInterval(
  sampler: Sampler,
  deployment: Deployment,
  fewest: number,
  { fast, slow }: { fast: End; slow: End },
): NonNullable<Answer['instancesInterval']> {
  const { ratePerS } = deployment.question
  const loadOf = (end: End) =>
    load(end.deployment, { instances: fewest, ratePerS, factor: end.factor })
  const about = (end: End, atLeast: number) => {
    const times = loadOf(end) / loadOf({ deployment, factor: 1 })
    return aboutFewest(
      sampler,
      end.deployment,
      { ratePerS, factor: end.factor },
      {
        guess: Math.ceil(fewest * times),
        atLeast,
      },
    )
  }
  return { low: Math.min(about(fast, 1) ?? fewest, fewest), high: about(slow, fewest) }
}
