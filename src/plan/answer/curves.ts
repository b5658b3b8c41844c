import type { Deployment } from './deployment.ts'
import { isOutside } from './outside.ts'
import type { Curves, Size } from './plan.ts'
import type { Care } from './sample-size.ts'
import type { Sampler } from './sampler.ts'

/** Of the highest rate that meets the question; denser where latency begins to rise. */
const shares = [0.1, 0.25, 0.4, 0.55, 0.68, 0.78, 0.86, 0.92, 0.96, 1, 1.05, 1.1]
const besideShares = [0.1, 0.4, 0.68, 0.86, 0.96, 1.05]

/** Nearer to the asked rate, which has a point of its own, another would show how samples differ. */
const nearest = 0.02

/** With more instances than this, one more or less is less than a line in a plot is wide. */
const besideUpTo = 50

/** Latency against load of the fewest instances, whose highest rate is given, and of one fewer and one more. */
export function latencyCurves(
  sampler: Sampler,
  deployment: Deployment,
  { instances: fewest, size, highestPerS }: { instances: number; size: Size; highestPerS: number },
): Pick<Curves, 'latency' | 'beside'> {
  const { balance, ratePerS: asked } = deployment.question
  const sampleAt = (instances: number, ratePerS: number, care: Care) =>
    sampler.sample(deployment, { instances, ratePerS, factor: 1, balance }, care)
  const others = shares
    .map((share) => share * highestPerS)
    .filter((ratePerS) => Math.abs(ratePerS / asked - 1) > nearest)
  const beside = [fewest - 1, fewest + 1].filter((each) => each >= 1 && fewest <= besideUpTo)
  return {
    latency: [asked, ...others]
      .toSorted((a, b) => a - b)
      .map((ratePerS) => {
        const sample = sampleAt(fewest, ratePerS, 'standard')
        const { refused } = sample
        return {
          ratePerS,
          p50: sample.latencyMs(0.5),
          p95: sample.latencyMs(0.95),
          p99: sample.latencyMs(0.99),
          refused,
          isOutside: isOutside(deployment, { size, instances: fewest, ratePerS, refused }),
        }
      }),
    beside: beside.map((instances) => ({
      instances,
      points: besideShares.map((share) => {
        const ratePerS = (share * highestPerS * instances) / fewest
        return { ratePerS, p95: sampleAt(instances, ratePerS, 'quick').latencyMs(0.95) }
      }),
    })),
  }
}
