import type { Profile } from '../fit/profile.ts'
import { latencyCurves } from './curves.ts'
import { type Deployment, deploymentOf, sizeOf } from './deployment.ts'
import { fewestInstances } from './fewest.ts'
import { headroom } from './headroom.ts'
import { instancesInterval, neighbours } from './neighbours.ts'
import { outsideOf } from './outside.ts'
import type { Answer, Plan, Question } from './plan.ts'
import { comparePolicies } from './policies.ts'
import { predict } from './predict.ts'
import { createSampler, type Sampler } from './sampler.ts'
import { endsOf } from './uncertainty.ts'
import { verdictOf } from './verdict.ts'

/**
 * The fewest instances that meet the question, for each executor, by simulation of what was measured; and what is to
 * be known beside. The same question, seed and profile give the same answer, but for `simulated.ms`.
 *
 * Where a share of requests is never done (refused, or with a line that grows without end), the time within which it
 * is done is Infinity, which JSON has as null.
 *
 * @throws {UsageError} if the profile knows nothing of an executor that is asked for
 */
export function answerQuestion(question: Question, profile: Profile): Plan {
  const begin = performance.now()
  const sampler = createSampler()
  const found = question.executors.map((executor) => {
    const deployment = deploymentOf(question, profile, executor)
    return { deployment, answer: answerFor(sampler, deployment) }
  })
  const answers = found.map(({ answer }) => answer)
  const policies = comparePolicies(sampler, found)
  return {
    format: 1,
    question,
    profile,
    answers,
    policies,
    verdict: verdictOf({ question, profile, answers, policies }),
    simulated: { requests: sampler.requests, ms: Math.round(performance.now() - begin) },
  }
}

function answerFor(sampler: Sampler, deployment: Deployment): Answer {
  const { question, known } = deployment
  const { executor } = known
  const demand = { ratePerS: question.ratePerS, factor: 1 }
  const fewest = fewestInstances(sampler, deployment, demand)
  if ('why' in fewest) return { ...unanswered, executor, why: fewest.why }
  const { instances } = fewest
  const { ratePerS, corePrice } = question
  const size = sizeOf(deployment, instances, ratePerS)
  const ends = endsOf(deployment)
  const predicted = predict(sampler, deployment, instances, ends)
  const room = headroom(sampler, deployment, instances, size)
  const beside = neighbours(sampler, deployment, { instances, headroom: room })
  const { refused } = predicted
  return {
    executor,
    fewest: size,
    why: null,
    predicted,
    instancesInterval: instancesInterval(sampler, deployment, instances, ends),
    cost: corePrice === null ? null : size.cores * corePrice,
    headroom: room,
    sensitivity: beside.sensitivity,
    outside: outsideOf(deployment, { size, instances, ratePerS, refused }),
    curves: {
      ...latencyCurves(sampler, deployment, { instances, size, highestPerS: room.ratePerS }),
      instances: beside.instances,
    },
  }
}

const unanswered: Omit<Answer, 'executor' | 'why'> = {
  fewest: null,
  predicted: null,
  instancesInterval: null,
  cost: null,
  headroom: null,
  sensitivity: [],
  outside: [],
  curves: null,
}
