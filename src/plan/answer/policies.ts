import { type Deployment, instancesOf } from './deployment.ts'
import type { Answer, PolicyOutcome } from './plan.ts'
import type { Sampler } from './sampler.ts'

const balances = ['least_conn', 'round_robin', 'random_two'] as const

/**
 * The ways in which nginx may choose a server, with the same servers and the same requests: of the first executor
 * that has several servers to choose from. The queue chooses no server for a task.
 */
export function comparePolicies(
  sampler: Sampler,
  candidates: readonly { deployment: Deployment; answer: Answer }[],
): PolicyOutcome[] {
  const chosen = (['thread', 'event-loop'] as const)
    .map((executor) => candidates.find(({ answer }) => answer.executor === executor))
    .find((candidate) => (candidate?.answer.fewest?.servers ?? 0) >= 2)
  if (chosen?.answer.fewest == null) return []
  const { deployment, answer } = chosen
  const instances = instancesOf(answer.fewest!)
  const { ratePerS } = deployment.question
  return balances.map((balance) => {
    const setting = { instances, ratePerS, factor: 1, balance }
    const sample = sampler.sample(deployment, setting, 'standard')
    return {
      balance,
      p50: sample.latencyMs(0.5),
      p95: sample.latencyMs(0.95),
      p99: sample.latencyMs(0.99),
      p999: sample.latencyMs(0.999),
      refused: sample.refused,
    }
  })
}
