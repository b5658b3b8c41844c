import { formatDuration } from '../../report/duration.ts'
import { count, percent } from '../../report/words.ts'
import { guessInstances, leastInstances } from './capacity.ts'
import { type Deployment, leastServers } from './deployment.ts'
import { type Effort, lostAtMost, lostOf, meets, pressure } from './judge.ts'
import { whyImpossible } from './least-latency.ts'
import type { Question } from './plan.ts'
import type { Sample, Sampler } from './sampler.ts'
import { outOf } from './words.ts'

export interface Demand {
  ratePerS: number
  /** On the time of a task. */
  factor: number
}

/**
 * The fewest instances (servers, or workers of the queue) that meet the question: to the last one up to 200, to within
 * half a percent above. Found with samples that grow near the border, and confirmed with a large one.
 */
export function fewestInstances(
  sampler: Sampler,
  deployment: Deployment,
  demand: Demand,
): { instances: number } | { why: string } {
  const why = whyImpossible(deployment, demand.factor)
  if (why !== null) return { why }
  const { question } = deployment
  const settingOf = (instances: number) => ({ ...demand, instances, balance: question.balance })
  const guess = guessInstances(deployment, demand.ratePerS, demand.factor)
  const most = mostTried(guess)
  const found = search({
    least: leastOf(deployment, demand),
    guess,
    most,
    step: stepOf(guess),
    suffices: (instances) =>
      meets(sampler, deployment, settingOf(instances), {
        most: isLarge(instances) ? 'standard' : 'sure',
        ofLosses: 'sure',
      }),
  })
  // A smaller sample may have accepted what a large one does not.
  const confirmed =
    found === null
      ? null
      : search({ least: found, guess: found, most, step: stepOf(found), suffices: isSure })
  return confirmed === null
    ? { why: whyNot(sampler.sample(deployment, settingOf(most), 'sure'), most, question) }
    : { instances: confirmed }

  function isSure(instances: number): boolean {
    return pressure(sampler.sample(deployment, settingOf(instances), 'sure'), question) <= 1
  }
}

/**
 * As `fewestInstances`, for demands beside the one that is asked, with less simulation: no fewer than `atLeast`, and
 * looked for around `guess` first. Null: no number suffices.
 */
export function aboutFewest(
  sampler: Sampler,
  deployment: Deployment,
  demand: Demand,
  { guess, atLeast }: { guess: number; atLeast: number },
): number | null {
  if (whyImpossible(deployment, demand.factor) !== null) return null
  const { balance } = deployment.question
  const effortOf = (instances: number): Effort => {
    const most = isLarge(instances) ? 'quick' : 'standard'
    return { most, ofLosses: most }
  }
  return search({
    least: Math.max(atLeast, leastOf(deployment, demand)),
    guess,
    most: mostTried(guess),
    step: stepOf(guess),
    suffices: (instances) =>
      meets(sampler, deployment, { ...demand, instances, balance }, effortOf(instances)),
  })
}

/** Among many instances a small sample sees many lines, or one that moves fast: it is as good as a large one of few. */
function isLarge(instances: number): boolean {
  return instances > 200
}

/** Half a percent of many instances is less than what the measured time of a task is known to. */
function stepOf(instances: number): number {
  return isLarge(instances) ? Math.ceil(instances / 200) : 1
}

interface Search {
  /** No fewer are tried. */
  least: number
  guess: number
  /** No more are tried. */
  most: number
  /** How near to the fewest the answer is to be; 1 unless given. */
  step?: number
  /** Of more instances whenever of fewer. */
  suffices(instances: number): boolean
}

/** From the guess in growing steps over the border, then by halves; null: the most do not suffice. */
export function search({ least, guess, most, step = 1, suffices }: Search): number | null {
  const start = Math.max(least, Math.min(guess, most))
  let stride = Math.max(step, Math.round(start / 100))
  let [tooFew, enough] = [least - 1, start]
  if (suffices(start)) {
    for (; enough > least; stride *= 2) {
      const fewer = Math.max(least, enough - stride)
      if (!suffices(fewer)) {
        tooFew = fewer
        break
      }
      enough = fewer
    }
  } else {
    for (tooFew = start; ; stride *= 2) {
      if (tooFew >= most) return null
      enough = Math.min(most, tooFew + stride)
      if (suffices(enough)) break
      tooFew = enough
    }
  }
  while (enough - tooFew > step) {
    const middle = Math.floor((tooFew + enough) / 2)
    if (suffices(middle)) enough = middle
    else tooFew = middle
  }
  return enough
}

function leastOf(deployment: Deployment, { ratePerS, factor }: Demand): number {
  const least = leastInstances(deployment, ratePerS, factor)
  // On a thread, the servers that run tasks do the HTTP, too.
  return deployment.known.executor === 'thread'
    ? Math.max(least, leastServers(deployment, ratePerS))
    : least
}

/** Far beyond theory: what does not suffice there has another cause than too few instances. */
function mostTried(guess: number): number {
  return 32 * guess + 64
}

function whyNot(sample: Sample, most: number, question: Question): string {
  const even = `even with ${count(most, 'instance')}`
  const lost = lostOf(sample)
  if (lost > lostAtMost(question))
    return `${even} ${percent(lost)} of requests are refused or expire`
  const { targets } = question
  const missed = targets.find(({ share, ms }) => sample.latencyMs(share) > ms) ?? targets[0]!
  const ms = sample.latencyMs(missed.share)
  return ms === Number.POSITIVE_INFINITY
    ? `${even} more than ${outOf(1 - missed.share)} are never done`
    : `${even} ${outOf(missed.share)} take up to ${formatDuration(ms)}`
}
