import type { Deployment } from './deployment.ts'
import type { Answer, PolicyComparison } from './plan.ts'
import type { Sampler } from './sampler.ts'

const balances = ['least_conn', 'round_robin', 'random_two'] as const

/**
 * The ways in which nginx may choose a server, with the same servers and the same requests: of the first executor
 * that has several servers to choose from. The queue chooses no server for a task. Null: there is none.
 */
export function comparePolicies(
  sampler: Sampler,
  candidates: readonly { deployment: Deployment; answer: Answer }[],
): PolicyComparison | null {
  for (const executor of ['thread', 'event-loop'] as const) {
    const candidate = candidates.find(({ answer }) => answer.executor === executor)
    const servers = candidate?.answer.fewest?.servers ?? 0
    if (candidate !== undefined && servers >= 2)
      return { executor, servers, outcomes: outcomes(sampler, candidate.deployment, servers) }
  }
  return null
}

function outcomes(
  sampler: Sampler,
  deployment: Deployment,
  instances: number,
): PolicyComparison['outcomes'] {
  const { ratePerS } = deployment.question
  return balances.map((balance) => {
    const setting = { instances, ratePerS, factor: 1, balance }
    // As that of the prediction: where it is the same, so are its figures.
    const sample = sampler.sample(deployment, setting, 'sure')
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
