import { theoreticalWaitMs } from './capacity.ts'
import { type Deployment, leastServers } from './deployment.ts'
import type { Predicted, Prediction } from './plan.ts'
import type { Sample, Sampler, Setting } from './sampler.ts'
import type { End } from './uncertainty.ts'

/** What so many instances do at the asked rate: the sample that the decision stands on, with its interval. */
export function predict(
  sampler: Sampler,
  deployment: Deployment,
  instances: number,
  ends: { fast: End; slow: End },
): Prediction {
  const { question, known } = deployment
  const { ratePerS, balance } = question
  const at = (factor: number): Setting => ({ instances, ratePerS, factor, balance })
  const sample = sampler.sample(deployment, at(1), 'sure')
  const [fast, slow] = [ends.fast, ends.slow].map((end) =>
    sampler.sample(end.deployment, at(end.factor), 'sure'),
  )
  const predicted = (share: number): Predicted => {
    const ms = sample.latencyMs(share)
    return {
      ms,
      low: Math.min(ms, fast!.latencyMs(share)),
      high: Math.max(ms, slow!.latencyMs(share)),
    }
  }
  const servers = known.executor === 'queue' ? leastServers(deployment, ratePerS) : instances
  return {
    ratePerS,
    p50: predicted(0.5),
    p95: predicted(0.95),
    p99: predicted(0.99),
    bystanderP99Ms: bystanderP99Ms(sampler, deployment, at(1)),
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
 * A cheap request that comes to an event loop waits there behind the tasks just as a task does that comes at that
 * moment: Poisson arrivals see time averages (R. W. Wolff, 1982). A deadline ends none of these tasks; but waits are
 * known of those only that are done within it, so they are simulated without one.
 */
function bystanderP99Ms(sampler: Sampler, deployment: Deployment, setting: Setting): number | null {
  const { known, question } = deployment
  if (known.executor !== 'event-loop') return null
  const patient =
    question.deadlineMs === null
      ? deployment
      : { ...deployment, question: { ...question, deadlineMs: null } }
  const { waitMs } = sampler.sample(patient, setting, 'sure')
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
