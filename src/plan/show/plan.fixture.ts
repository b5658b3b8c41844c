import { readFileSync } from 'node:fs'
import { answerQuestion } from '../answer/answer.ts'
import type { Plan, Predicted, Question, Size } from '../answer/plan.ts'
import { exampleProfile, exampleQuestion } from '../answer/profile.fixture.ts'
import type { Profile } from '../fit/profile.ts'

/** Plans for tests of what is shown: answers to questions, but for those with extremes, which are made by hand. */

/** One executor needs no more than was measured, and the other two do. */
const question: Question = exampleQuestion({
  ratePerS: 24,
  targets: [
    { share: 0.95, ms: 250 },
    { share: 0.99, ms: 500 },
  ],
  executors: ['event-loop', 'thread', 'queue'],
  corePrice: 0.042,
})

const profile: Profile = exampleProfile({
  assumed: ['the event loop was not measured: it is taken to be as fast as a thread'],
})

/** The same question has the same answer: it is asked once. */
function once(question: Question): () => Plan {
  let plan: Plan | undefined
  return () => {
    plan ??= answerQuestion(question, profile)
    return structuredClone(plan)
  }
}

export const examplePlan = once(question)

/** A target that an event loop meets, and threads and the queue do not: there two tasks slow each other down. */
export const infeasiblePlan = once({ ...question, targets: [{ share: 0.95, ms: 69.5 }] })

/** Less time than a task takes alone. */
export const hopelessPlan = once({ ...question, targets: [{ share: 0.95, ms: 30 }] })

export const keptPlanFile = new URL('testdata/plan.json', import.meta.url)

/**
 * An example as it was answered once, and as `--json` has it: what is compared byte for byte is of this one, so that it
 * differs only if what is shown does.
 */
export function keptPlan(): Plan {
  const isPercentile = (key: string) => /^p\d+$/.test(key)
  return JSON.parse(readFileSync(keptPlanFile, 'utf8'), (key, value) =>
    value === null && isPercentile(key) ? Number.POSITIVE_INFINITY : value,
  )
}

/** By hand: a thousand times as many of everything. */
export function thousandfold(plan: Plan): Plan {
  const times = 1000
  const sized = <Of extends Size | null>(size: Of): Of =>
    size === null
      ? size
      : {
          ...size,
          servers: size.servers * times,
          workers: size.workers * times,
          cores: size.cores * times,
        }
  return {
    ...plan,
    question: { ...plan.question, ratePerS: plan.question.ratePerS * times },
    answers: plan.answers.map((answer) => ({
      ...answer,
      fewest: sized(answer.fewest),
      predicted: answer.predicted && {
        ...answer.predicted,
        ratePerS: answer.predicted.ratePerS * times,
        p99: { ms: 14_230, low: 13_100, high: 15_980 },
        waiting: { mean: 1240.5, max: 14_200 },
        refused: 0.000_000_8,
      },
      instancesInterval: answer.instancesInterval && {
        low: answer.instancesInterval.low * 990,
        high: (answer.instancesInterval.high ?? 2) * times,
      },
      cost: answer.cost && answer.cost * times,
      headroom: answer.headroom && {
        ratePerS: answer.headroom.ratePerS * times,
        breaks: 'server loop',
        isOutside: true,
      },
      sensitivity: answer.sensitivity.map((each) => ({
        ...each,
        ratePerS: each.ratePerS * times,
        fewest: sized(each.fewest),
        more: each.more && {
          servers: each.more.servers * times,
          workers: each.more.workers * times,
        },
        isOutside: true,
      })),
      outside: ['more than 1,000 servers were not measured'],
      curves: answer.curves && {
        ...answer.curves,
        instances: answer.curves.instances.map((each) => ({
          ratePerS: each.ratePerS * times,
          instances: each.instances * times,
          cores: each.cores * times,
          cost: each.cost * times,
          isOutside: each.isOutside,
        })),
      },
    })),
    policies: plan.policies && { ...plan.policies, servers: plan.policies.servers * times },
  }
}

export const largePlan = () => thousandfold(examplePlan())

/** By hand: percentiles within which so many are never done, and tasks that may be too slow for any number. */
export function endlessPlan(): Plan {
  const plan = examplePlan()
  const never: Predicted = {
    ms: Number.POSITIVE_INFINITY,
    low: 800,
    high: Number.POSITIVE_INFINITY,
  }
  return {
    ...plan,
    answers: plan.answers.map((answer) => ({
      ...answer,
      predicted: answer.predicted && {
        ...answer.predicted,
        p99: never,
        bystanderP99Ms: answer.predicted.bystanderP99Ms && Number.POSITIVE_INFINITY,
      },
      instancesInterval: answer.instancesInterval && { ...answer.instancesInterval, high: null },
      headroom: null,
      sensitivity: answer.sensitivity.map((each) => ({
        ...each,
        fewest: null,
        more: null,
        isOutside: true,
      })),
      curves: answer.curves && {
        ...answer.curves,
        latency: answer.curves.latency.map((each, index, { length }) =>
          index < length - 2
            ? each
            : {
                ...each,
                p95: Number.POSITIVE_INFINITY,
                p99: Number.POSITIVE_INFINITY,
                refused: 0.1,
              },
        ),
      },
    })),
    policies: plan.policies && {
      ...plan.policies,
      outcomes: plan.policies.outcomes.map((each, index) => ({
        ...each,
        p95: index === 2 ? Number.POSITIVE_INFINITY : each.p95,
        p99: index === 2 ? Number.POSITIVE_INFINITY : each.p99,
        p999: Number.POSITIVE_INFINITY,
      })),
    },
  }
}
