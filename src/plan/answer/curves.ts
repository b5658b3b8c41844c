import type { Deployment } from './deployment.ts'
import type { Curves } from './plan.ts'
import type { Sampler } from './sampler.ts'

/** Of the highest rate that meets the question; denser where latency begins to rise. */
const shares = [0.1, 0.25, 0.4, 0.55, 0.68, 0.78, 0.86, 0.92, 0.96, 1, 1.05, 1.1]
const besideShares = [0.1, 0.4, 0.68, 0.86, 0.96, 1.05]

/** With more instances than this, one more or less is less than a line in a plot is wide. */
const besideUpTo = 50

/** Latency against load of the fewest instances, whose highest rate is given, and of one fewer and one more. */
export function latencyCurves(
  sampler: Sampler,
  deployment: Deployment,
  fewest: number,
  highestPerS: number,
): Pick<Curves, 'latency' | 'beside'> {
  const { balance, ratePerS: asked } = deployment.question
  const sampleAt = (instances: number, ratePerS: number) =>
    sampler.sample(deployment, { instances, ratePerS, factor: 1, balance }, 'quick')
  const rates = [asked, ...shares.map((share) => share * highestPerS)].toSorted((a, b) => a - b)
  const beside = [fewest - 1, fewest + 1].filter((each) => each >= 1 && fewest <= besideUpTo)
  return {
    latency: [...new Set(rates)].map((ratePerS) => {
      const sample = sampleAt(fewest, ratePerS)
      return {
        ratePerS,
        p50: sample.latencyMs(0.5),
        p95: sample.latencyMs(0.95),
        p99: sample.latencyMs(0.99),
        refused: sample.refused,
      }
    }),
    beside: beside.map((instances) => ({
      instances,
      points: besideShares.map((share) => {
        const ratePerS = (share * highestPerS * instances) / fewest
        return { ratePerS, p95: sampleAt(instances, ratePerS).latencyMs(0.95) }
      }),
    })),
  }
}
