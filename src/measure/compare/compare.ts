import type { ConditionSummary } from '../summary/schema.ts'
import { type Change, changeOf } from './change.ts'
import type { Comparison, Verdict } from './comparison.ts'
import { failuresOf, moreFailures } from './failures.ts'
import { type MetricName, metricNames, metrics } from './metrics.ts'
import { reasonsFor, whyUnusable } from './reasons.ts'
import { trialsToCompare } from './trials.ts'
import { whyThroughputLacks } from './under-way.ts'

export interface CompareOptions {
  /** What decides. */
  metric: MetricName
  /** Of the intervals, such as 0.99. */
  confidence: number
  /** A share such as 0.02: a difference smaller than this is noise whatever its interval. */
  threshold: number
  seed: number
  /** Both are conditions of one run: it has measured them in turn, so equal repetitions make pairs. */
  paired: boolean
  /** Of the trials of either. */
  warmUpMs: { a: number; b: number }
  /** How often trials are drawn anew: 10,000 times, if not said. */
  resamples?: number
}

/**
 * Compares two conditions trial by trial. The effect is the ratio B / A, on logs: of pairs of trials where
 * both conditions are of one run, else of the two sets of trials (`bootstrap.ts`).
 *
 * Only the chosen metric decides; the others are shown. Each look at 99% is wrong once in a hundred, so
 * whoever lets any of six decide has a false alarm in up to six of a hundred comparisons.
 *
 * Void and partial trials are left out, with their partners. A service that fails or refuses requests is quick
 * with the others: where B leaves a larger share than A not completed (by more than one point, and not by
 * chance), `faster` becomes `unknown`. So does everything about throughput where the warm-up was too short
 * for it (`under-way.ts`).
 */
export function compareConditions(
  a: ConditionSummary,
  b: ConditionSummary,
  options: CompareOptions,
): Comparison {
  const { paired, confidence, threshold } = options
  const used = trialsToCompare(a, b, paired)
  const changes = metricNames.map((metric) => changeOf(metric, used, options))
  const change = changes.find(({ metric }) => metric === options.metric)!
  const failures = failuresOf(used, options)
  const failsMore = moreFailures(failures)
  const unusable = { a: whyUnusable(a, 'A'), b: whyUnusable(b, 'B') }
  const lacking =
    options.metric === 'throughput' ? whyThroughputLacks(used, options.warmUpMs) : null
  const found = verdictOf(change, threshold)
  const verdict = lacking !== null || (found === 'faster' && failsMore) ? 'unknown' : found
  return {
    verdict,
    ...change,
    confidence,
    threshold,
    paired,
    names: { a: { key: a.key, label: a.label }, b: { key: b.key, label: b.label } },
    failures,
    failsMore,
    unusable,
    reasons: reasonsFor({ a, b, used, unusable, change, verdict, failures, lacking, confidence }),
    metrics: changes,
  }
}

function verdictOf({ metric, ratio, interval }: Change, threshold: number): Verdict {
  if (ratio === null || interval === null) return 'unknown'
  const [low, high] = interval
  // On logs, so that a tenth more and a tenth less are equally far.
  const isSmall = Math.abs(Math.log(ratio)) < Math.log1p(threshold)
  if (isSmall || (low <= 1 && high >= 1)) return 'noise'
  const isHigher = ratio > 1
  return isHigher === (metrics[metric].better === 'higher') ? 'faster' : 'slower'
}
