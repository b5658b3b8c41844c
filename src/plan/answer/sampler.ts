import { createRandom } from '../../random.ts'
import { empirical } from '../simulate/draw.ts'
import { simulate } from '../simulate/simulate.ts'
import { streams } from '../simulate/streams.ts'
import type { Balance, Load, Outcome } from '../simulate/system.ts'
import { arrivalTimes } from './arrivals.ts'
import { type Deployment, sizeOf, slotMs, systemOf } from './deployment.ts'
import { type Part, partOf } from './part.ts'
import { type Care, cares, type SampleSize, sampleSize } from './sample-size.ts'

/** What is varied of a deployment. */
export interface Setting {
  /** That run tasks: servers, or workers of the queue. */
  instances: number
  ratePerS: number
  /** On the time of a task. */
  factor: number
  balance: Balance
}

/** What the simulation says of a setting: means over its seeds. Shares are of requests that came. */
export interface Sample {
  /**
   * The time within which a share of all requests that came is done: any share of the question's targets, or of
   * `shownShares`. Infinity: so many never are.
   */
  latencyMs(share: number): number
  refused: number
  expired: number
  /** How many requests these are shares of, over all seeds. */
  counted: number
  /** Of those that are done. */
  longestMs: number
  waitMs: { mean: number; p99: number; max: number }
  utilisation: number
  occupancy: number
  waiting: { mean: number; max: number }
}

/** The shares that answers show, whatever is asked. */
export const shownShares = [0.5, 0.95, 0.99, 0.999] as const

export interface Sampler {
  /** With as much care as that, or with more, if the setting is known from that. */
  sample(deployment: Deployment, setting: Setting, care: Care): Sample
  /** Simulated so far. */
  readonly requests: number
}

/**
 * Simulates each setting of a deployment once, however often it is asked for, and again only with more care; what is
 * known with more is what is told from then on. All have the same requests, with the same work, by the question's seed
 * (common random numbers), so that what differs comes from the setting.
 */
export function createSampler(): Sampler {
  const known = new WeakMap<Deployment, Map<string, Sample>>()
  let requests = 0
  return {
    get requests() {
      return requests
    },
    sample(deployment, setting, care) {
      const samples = known.get(deployment) ?? new Map<string, Sample>()
      known.set(deployment, samples)
      const { instances, ratePerS, factor, balance } = setting
      const keyOf = (each: Care) => [instances, ratePerS, factor, balance, each].join()
      for (const each of cares.slice(cares.indexOf(care)).toReversed()) {
        const sample = samples.get(keyOf(each))
        if (sample !== undefined) return sample
      }
      const sample = sampleOf(deployment, setting, care)
      samples.set(keyOf(care), sample)
      return sample
    },
  }

  function sampleOf(deployment: Deployment, setting: Setting, care: Care): Sample {
    const part = partOf(deployment, setting, care)
    const size = sampleSize(part.deployment, part.setting, care)
    if (size === null) return endless(deployment)
    const { waiting, ...sample } = summed(deployment, run(part, size))
    // Of all, as many times more wait.
    const times = setting.instances / part.setting.instances
    return { ...sample, waiting: { mean: waiting.mean * times, max: waiting.max * times } }
  }

  function run({ deployment, setting }: Part, size: SampleSize): Outcome[] {
    const { instances, ratePerS, balance } = setting
    const system = systemOf(deployment, sizeOf(deployment, instances, ratePerS), balance)
    return Array.from({ length: size.seeds }, (_, replication) => {
      const seed = deployment.question.seed + replication
      const load = loadOf(deployment, setting, seed)
      const next = () => {
        requests++
        return load.next()
      }
      const { warmUp, requests: counted } = size
      return simulate({ system, load: { ...load, next }, seed, warmUp, requests: counted })
    })
  }
}

function loadOf(deployment: Deployment, { ratePerS, factor }: Setting, seed: number): Load {
  const { question, known, work } = deployment
  const random = (stream: number) => createRandom(seed, stream)
  return {
    next: arrivalTimes(question.arrivals, ratePerS, random(streams.arrivals)),
    workMs: empirical([...slotMs(work, factor)], random(streams.work)),
    overheadMs: empirical(known.overheadMs, random(streams.overhead)),
  }
}

/** Histograms are large: what is kept are the figures that answers need. */
function summed({ question }: Deployment, outcomes: readonly Outcome[]): Sample {
  const mean = (value: (outcome: Outcome) => number) =>
    outcomes.reduce((sum, outcome) => sum + value(outcome), 0) / outcomes.length
  const shares = [...shownShares, ...question.targets.map(({ share }) => share)]
  const latencies = new Map(
    shares.map((share) => [share, mean((outcome) => latencyOfAll(outcome, share))]),
  )
  return {
    latencyMs: (share) => latencies.get(share) ?? missing(share),
    refused: mean(({ refused, arrived }) => refused / arrived),
    expired: mean(({ expired, arrived }) => expired / arrived),
    counted: outcomes.reduce((sum, { arrived }) => sum + arrived, 0),
    longestMs: Math.max(...outcomes.map(({ latencyMs }) => latencyMs.max)),
    waitMs: {
      mean: mean(({ waitMs }) => waitMs.mean),
      p99: mean(({ waitMs }) => waitMs.quantile(0.99)),
      max: Math.max(...outcomes.map(({ waitMs }) => waitMs.max)),
    },
    utilisation: mean(({ utilisation }) => utilisation),
    occupancy: mean(({ occupancy }) => occupancy),
    waiting: {
      mean: mean(({ waiting }) => waiting.mean),
      max: Math.max(...outcomes.map(({ waiting }) => waiting.max)),
    },
  }
}

/** Those that were refused or expired have not been done by any time. */
function latencyOfAll({ arrived, completed, latencyMs }: Outcome, share: number): number {
  const ofCompleted = (share * arrived) / completed
  return ofCompleted <= 1 + 1e-9
    ? latencyMs.quantile(Math.min(1, ofCompleted))
    : Number.POSITIVE_INFINITY
}

function missing(share: number): never {
  throw new RangeError(`no quantile was kept for the share ${share}`)
}

/** More comes than goes, and nothing ends that, or not as soon as could be seen: all will be late. */
const endless = ({ question }: Deployment): Sample => ({
  latencyMs: () => Number.POSITIVE_INFINITY,
  refused: 0,
  expired: question.deadlineMs === null ? 0 : 1,
  counted: 0,
  longestMs: Number.POSITIVE_INFINITY,
  waitMs: {
    mean: Number.POSITIVE_INFINITY,
    p99: Number.POSITIVE_INFINITY,
    max: Number.POSITIVE_INFINITY,
  },
  utilisation: 1,
  occupancy: 1,
  waiting: { mean: Number.POSITIVE_INFINITY, max: Number.POSITIVE_INFINITY },
})
