import type { ExecutorName } from '../measure/scenario/schema.ts'
import { executors } from '../measure/scenario/schema.ts'
import { UsageError } from '../usage-error.ts'
import type { Arrivals, Question, Target } from './answer/plan.ts'
import type { Profile } from './fit/profile.ts'

/** As commander hands them over. */
export interface QuestionOptions {
  rate?: number
  p50?: number
  p95?: number
  p99?: number
  executor?: ExecutorName[]
  balance?: Question['balance']
  cores?: number
  threads?: number
  arrivals?: Arrivals
  trace?: Arrivals
  refused?: number
  deadline?: number
  lineLimit?: number
  queueLimit?: number
  failures?: number
  price?: number
  seed?: number
}

/**
 * What instances do when nothing else is configured: `THREAD_QUEUE_LIMIT`, `QUEUE_LIMIT`, `QUEUE_COST_LIMIT_MS`. A
 * test compares them with the configuration itself.
 */
export const instanceDefaults = { lineLimit: 64, queueLimit: 10_000, queueCostMs: 3_600_000 }

/** An instance that died is there again after about this, where nothing else holds it up. */
const downMs = 2000
/** A dead worker's locks run out after 8 s, and others look every 4 s: 10 s on the average. */
const handBackMs = 10_000

/** Fewer requests are no load. */
const lowestRate = 0.001

/** @throws {UsageError} with every mistake that needs no measurement to be seen */
export function checkOptions(options: QuestionOptions): void {
  const { rate, p50, p95, p99, arrivals, trace } = options
  const mistakes = [
    rate === undefined && '--rate is missing: requests a second, such as --rate 50',
    rate !== undefined &&
      rate < lowestRate &&
      `--rate ${rate}: must be at least ${lowestRate} requests a second`,
    p50 === undefined &&
      p95 === undefined &&
      p99 === undefined &&
      'a target is missing: --p95 2s asks that 95 of 100 requests are done within 2 s (--p50 and --p99 are there, too)',
    arrivals !== undefined &&
      trace !== undefined &&
      '--arrivals and --trace say the same in two ways: leave one out',
  ].filter((mistake) => mistake !== false)
  if (mistakes.length > 0) throw new UsageError(mistakes.join('; '))
}

/** What is asked with a rate only. */
const ofQuestion = [
  ...['p50', 'p95', 'p99', 'balance', 'cores', 'threads', 'arrivals', 'trace', 'refused'],
  ...['deadline', 'lineLimit', 'queueLimit', 'failures', 'price'],
] as const

/** @throws {UsageError} where something was said that would be left out */
export function refuseWithoutRate(options: QuestionOptions): void {
  const said = ofQuestion.find((name) => options[name as keyof QuestionOptions] !== undefined)
  if (said === undefined) return
  const option = said.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  throw new UsageError(
    `--${option} says something of an answer, which --rate asks for: add it, or leave this out`,
  )
}

/** What is asked, with everything filled in: like the machine and the instances that were measured. */
export function questionOf(options: QuestionOptions, profile: Profile): Question {
  const { rate, executor, balance, arrivals, trace, refused, deadline, failures, price } = options
  const cores = options.cores ?? profile.machine.cores
  // The cost of a job is an estimate of its CPU time; here it is known.
  const byCost = Math.max(1, Math.floor(instanceDefaults.queueCostMs / profile.alone.meanMs))
  return {
    ratePerS: rate!,
    targets: targetsOf(options),
    refusedAtMost: refused ?? 0,
    arrivals: trace ?? arrivals ?? { kind: 'poisson' },
    executors: executor ?? executors.toReversed(),
    balance: balance ?? 'least_conn',
    coresEach: cores,
    threadsEach: options.threads ?? cores,
    lineLimit: options.lineLimit ?? instanceDefaults.lineLimit,
    queueLimit: options.queueLimit ?? Math.min(instanceDefaults.queueLimit, byCost),
    deadlineMs: deadline ?? null,
    failures: failures === undefined ? null : { meanBetweenMs: failures, downMs, handBackMs },
    corePrice: price ?? null,
    seed: options.seed ?? 1,
  }
}

function targetsOf({ p50, p95, p99 }: QuestionOptions): Target[] {
  return [
    ...(p50 === undefined ? [] : [{ share: 0.5, ms: p50 }]),
    ...(p95 === undefined ? [] : [{ share: 0.95, ms: p95 }]),
    ...(p99 === undefined ? [] : [{ share: 0.99, ms: p99 }]),
  ]
}
