import type { Interval } from '../fit/profile.ts'
import { speedsOf } from '../fit/speeds.ts'
import { mostAtOnce } from './capacity.ts'
import type { Deployment } from './deployment.ts'

/** A deployment as fast, or as slow, as it may be by what was measured. */
export interface End {
  /** With how fast tasks may be that run at once. */
  deployment: Deployment
  /** On the time of a task alone. */
  factor: number
}

/**
 * Both ends: the mean time of a task alone at that of its interval, and how fast tasks are beside others, where that
 * was not measured, by the law at its own. A task that runs alone is as fast as ever then, however many cores there are.
 */
export function endsOf(deployment: Deployment): { fast: End; slow: End } {
  const { meanInterval, meanMs } = deployment.profile.alone
  return {
    // However little is known, no task takes no time.
    fast: {
      deployment: withSpeeds(deployment, 'low'),
      factor: Math.max(0.1, meanInterval.low / meanMs),
    },
    slow: { deployment: withSpeeds(deployment, 'high'), factor: meanInterval.high / meanMs },
  }
}

/**
 * One parameter of the law at the end of its interval, the other as fitted: of a fit, one is low where the other is
 * high, so that both ends together are not what was seen. Of the two laws the one that is further off.
 */
function withSpeeds(deployment: Deployment, end: keyof Interval): Deployment {
  const { profile, cores } = deployment
  const { sigma, kappa, sigmaInterval, kappaInterval } = profile.scaling.usl
  const all = mostAtOnce(deployment) - 1
  const [slower, faster] = [
    { sigma: sigmaInterval[end], kappa },
    { sigma, kappa: kappaInterval[end] },
  ]
    .map((law) => speedsOf(profile.scaling, cores, law))
    .toSorted((a, b) => a[all]! - b[all]!)
  return { ...deployment, speeds: end === 'high' ? slower! : faster! }
}
