import type { Interval } from '../fit/profile.ts'
import { speed } from '../model/usl.ts'
import { mostAtOnce, theoreticalWaitMs } from './capacity.ts'
import { type Deployment, leastServers } from './deployment.ts'
import type { Predicted, Prediction } from './plan.ts'
import type { Sample, Sampler, Setting } from './sampler.ts'

/** What so many instances do at the asked rate: the sample that the decision stands on, with its interval. */
export function predict(sampler: Sampler, deployment: Deployment, instances: number): Prediction {
  const { question, known } = deployment
  const { ratePerS, balance } = question
  const at = (factor: number): Setting => ({ instances, ratePerS, factor, balance })
  const sample = sampler.sample(deployment, at(1), 'sure')
  const { low, high } = workInterval(deployment)
  const fast = sampler.sample(deployment, at(low), 'standard')
  const slow = sampler.sample(deployment, at(high), 'standard')
  const predicted = (share: number): Predicted => {
    const ms = sample.latencyMs(share)
    return {
      ms,
      low: Math.min(ms, fast.latencyMs(share)),
      high: Math.max(ms, slow.latencyMs(share)),
    }
  }
  const servers = known.executor === 'queue' ? leastServers(deployment, ratePerS) : instances
  return {
    ratePerS,
    p50: predicted(0.5),
    p95: predicted(0.95),
    p99: predicted(0.99),
    bystanderP99Ms: bystanderP99Ms(deployment, sample),
    utilisation: sample.utilisation,
    loopUtilisation:
      known.overheadCpuMs === null ? null : (known.overheadCpuMs * ratePerS) / 1000 / servers,
    waiting: sample.waiting,
    refused: sample.refused,
    expired: sample.expired,
    theory: theory(deployment, at(1), sample),
  }
}

/**
 * By how much tasks may be faster (below 1) or slower than the profile's means say: the mean time alone, and how fast
 * a task is among as many on a machine as an instance runs at once, are independent, so that their relative errors
 * add as squares. Of a speed that was measured no more is known than of the time alone; that of one beyond what was
 * measured is as uncertain as the law's parameters.
 */
export function workInterval(deployment: Deployment): Interval {
  const { alone, scaling } = deployment.profile
  const running = mostAtOnce(deployment)
  const { sigma, kappa, sigmaInterval, kappaInterval } = scaling.usl
  const isMeasured = running <= Math.max(1, scaling.measuredTo)
  const slowness = (end: keyof Interval) =>
    isMeasured
      ? 1
      : speed(running, { sigma, kappa }) /
        speed(running, { sigma: sigmaInterval[end], kappa: kappaInterval[end] })
  const apart = (end: keyof Interval) =>
    Math.hypot(alone.meanInterval[end] / alone.meanMs - 1, slowness(end) - 1)
  // However little is known, no task takes no time.
  return { low: Math.max(0.1, 1 - apart('low')), high: 1 + apart('high') }
}

/**
 * A cheap request that comes to an event loop waits there behind the tasks just as a task does that comes at that
 * moment: Poisson arrivals see time averages (R. W. Wolff, 1982).
 */
function bystanderP99Ms({ known }: Deployment, { waitMs }: Sample): number | null {
  if (known.executor !== 'event-loop') return null
  return waitMs.p99 + known.overheadMs[Math.floor(known.overheadMs.length / 2)]!
}

/** Only where all that theory assumes is so: one line, Poisson arrivals, nobody lost, a core for each thread. */
function theory(deployment: Deployment, setting: Setting, sample: Sample): Prediction['theory'] {
  const { question, known, threads, cores } = deployment
  const holds =
    known.executor === 'queue' &&
    question.arrivals.kind === 'poisson' &&
    question.failures === null &&
    question.deadlineMs === null &&
    sample.refused === 0 &&
    threads <= cores
  if (!holds) return null
  return {
    waitMs: theoreticalWaitMs(deployment, { ...setting, running: sample.occupancy * threads }),
    simulatedWaitMs: sample.waitMs.mean,
  }
}
