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

/** @throws {UsageError} for what needs no measurement to be seen */
export function checkOptions({ rate, p50, p95, p99, arrivals, trace }: QuestionOptions): void {
  if (rate === undefined)
    throw new UsageError('--rate is missing: requests a second, such as --rate 50')
  if (p50 === undefined && p95 === undefined && p99 === undefined)
    throw new UsageError(
      'a target is missing: --p95 2s asks that 95 of 100 requests are done within 2 s (--p50 and --p99 are there, too)',
    )
  if (arrivals !== undefined && trace !== undefined)
    throw new UsageError('--arrivals and --trace say the same in two ways: leave one out')
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
