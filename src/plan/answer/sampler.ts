import { createRandom } from '../../random.ts'
import { empirical } from '../simulate/draw.ts'
import { simulate } from '../simulate/simulate.ts'
import { streams } from '../simulate/streams.ts'
import type { Balance, Load, Outcome } from '../simulate/system.ts'
import { arrivalTimes } from './arrivals.ts'
import { type Deployment, slotMs, systemOf } from './deployment.ts'
import { type Care, type SampleSize, sampleSize } from './sample-size.ts'

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
  waitMs: { mean: number; p99: number }
  utilisation: number
  occupancy: number
  waiting: { mean: number; max: number }
}

/** The shares that answers show, whatever is asked. */
export const shownShares = [0.5, 0.95, 0.99, 0.999] as const

export interface Sampler {
  sample(deployment: Deployment, setting: Setting, care: Care): Sample
  /** Simulated so far. */
  readonly requests: number
}

/**
 * Simulates each setting once, however often it is asked for. All have the same requests, with the same work, by the
 * question's seed (common random numbers), so that what differs comes from the setting.
 */
export function createSampler(): Sampler {
  const samples = new Map<string, Sample>()
  let requests = 0
  return {
    get requests() {
      return requests
    },
    sample(deployment, setting, care) {
      const { instances, ratePerS, factor, balance } = setting
      const key = [deployment.known.executor, instances, ratePerS, factor, balance, care].join()
      const known = samples.get(key)
      if (known !== undefined) return known
      const size = sampleSize(deployment, setting, care)
      const sample = size === null ? endless : summed(deployment, run(deployment, setting, size))
      samples.set(key, sample)
      return sample
    },
  }

  function run(deployment: Deployment, setting: Setting, size: SampleSize): Outcome[] {
    const system = systemOf(deployment, setting.instances, setting.balance)
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
    waitMs: {
      mean: mean(({ waitMs }) => waitMs.mean),
      p99: mean(({ waitMs }) => waitMs.quantile(0.99)),
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

/** More comes than goes, and nothing ends that. */
const endless: Sample = {
  latencyMs: () => Number.POSITIVE_INFINITY,
  refused: 0,
  expired: 0,
  waitMs: { mean: Number.POSITIVE_INFINITY, p99: Number.POSITIVE_INFINITY },
  utilisation: 1,
  occupancy: 1,
  waiting: { mean: Number.POSITIVE_INFINITY, max: Number.POSITIVE_INFINITY },
}
