import type { ConditionSummary } from '../summary/schema.ts'
import { type Change, needed } from './change.ts'
import type { Verdict } from './compare.ts'
import { type Failures, failureShare } from './failures.ts'
import { change as changeWords, share } from './figures.ts'
import { metrics } from './metrics.ts'
import { countingTrials, type Trials } from './trials.ts'

/** More than this may hide in noise without anybody expecting it. */
const wide = 1.1

/** What has to be known beside a verdict, in sentences; what makes it `unknown` comes first. */
export function reasonsFor({
  a,
  b,
  used,
  change,
  verdict,
  failures,
  failsMore,
  confidence,
}: {
  a: ConditionSummary
  b: ConditionSummary
  used: Trials
  change: Change
  verdict: Verdict
  failures: Failures
  failsMore: boolean
  confidence: number
}): string[] {
  const unusable = [...whyUnusable(a, 'A'), ...whyUnusable(b, 'B')]
  const asked = metrics[change.metric].short
  return [
    ...unusable,
    ...(unusable.length === 0 ? whyTooFew(used, change, confidence, asked) : []),
    ...(failsMore || differ(failures) ? [failureWords(failures, failsMore)] : []),
    ...(verdict === 'noise' ? whatMayHide(change) : []),
    ...otherLoad(a, b),
  ]
}

/** Nothing of this condition can be used. */
function whyUnusable(condition: ConditionSummary, name: string): string[] {
  if (condition.void !== null) return [`${name} is void: ${condition.void}`]
  const trials = countingTrials(condition)
  if (trials.length === 0) return [`no trial of ${name} can be used`]
  if (failureShare(trials) === null) return [`${name} was sent no request`]
  return trials.some(({ requests }) => requests.completed > 0)
    ? []
    : [`nothing of ${name} completed`]
}

function whyTooFew(used: Trials, change: Change, confidence: number, asked: string): string[] {
  const paired = change.pairs !== null
  const least = needed(paired, confidence)
  const left = Math.min(change.trials.a, change.trials.b)
  if (left >= least) return []
  const found = paired
    ? `only ${left} ${left === 1 ? 'pair' : 'pairs'} of trials`
    : `only ${change.trials.a} and ${change.trials.b} trials`
  const most = Math.min(used.a.length, used.b.length)
  // More repetitions do not help where trials are there, but do not tell.
  const cure =
    most >= least
      ? `of ${most} tell ${asked}, and ${level(confidence)} needs ${least}: ${cureFor(change)}`
      : `; ${level(confidence)} needs at least ${least}: measure with --repetitions ${Math.max(10, least)}`
  return [most >= least ? `${found} ${cure}` : `${found}${cure}`]
}

function cureFor({ metric }: Change): string {
  if (metric === 'bystander-p99') return 'measure with a bystander, and longer trials'
  return metric === 'throughput' ? 'the others completed nothing' : 'make the trials longer'
}

/** Also where B fails less: then A's latency is that of the requests which got through. */
function differ({ a, b }: Failures): boolean {
  return a !== null && b !== null && Math.abs(a - b) > 0.01
}

function failureWords({ a, b }: Failures, failsMore: boolean): string {
  const words = `B failed ${share(b ?? 0)} of its requests, A ${share(a ?? 0)}`
  return failsMore ? `${words}: what is not served takes no time` : words
}

function whatMayHide({ interval }: Change): string[] {
  if (interval === null) return []
  const [low, high] = interval
  if (high < wide && low > 1 / wide) return []
  return [
    `a difference from ${changeWords(low)} to ${changeWords(high)} may hide in the noise: more repetitions would show it`,
  ]
}

function otherLoad(a: ConditionSummary, b: ConditionSummary): string[] {
  if (JSON.stringify(a.rate) === JSON.stringify(b.rate)) return []
  const [before, after] = [a, b].map(({ offeredPerS }) => Number(offeredPerS.toPrecision(3)))
  return [`the load is not the same: A was offered ${before} requests a second, B ${after}`]
}

function level(confidence: number): string {
  return share(confidence)
}
