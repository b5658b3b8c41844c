import type { ConditionSummary } from '../summary/schema.ts'
import { type Change, needed } from './change.ts'
import type { Verdict } from './compare.ts'
import { type Failures, failureShare, failuresDiffer } from './failures.ts'
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
  return [
    ...unusable,
    ...(unusable.length === 0 ? whyTooFew(used, change, confidence) : []),
    ...(unusable.length === 0 ? [...voidTrials(a, 'A'), ...voidTrials(b, 'B')] : []),
    ...(failuresDiffer(failures) ? [failureWords(failures, failsMore)] : []),
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

function voidTrials({ trials }: ConditionSummary, name: string): string[] {
  const left = trials.filter((trial) => trial.void !== null)
  if (left.length === 0) return []
  const trial = left.length === 1 ? 'trial' : 'trials'
  return [`${name} has ${left.length} void ${trial} of ${trials.length}: ${left[0]!.void}`]
}

function whyTooFew(used: Trials, change: Change, confidence: number): string[] {
  const paired = change.pairs !== null
  const least = needed(paired, confidence)
  const level = share(confidence)
  if (Math.min(change.trials.a, change.trials.b) >= least) return []
  const there = Math.min(used.a.length, used.b.length)
  if (there < least) {
    const found = paired ? counted(there) : `${used.a.length} and ${used.b.length} trials`
    const cure = `measure with --repetitions ${Math.max(10, least)}`
    return [`only ${found}; ${level} needs at least ${least}: ${cure}`]
  }
  // Here more repetitions would not help.
  const asked = metrics[change.metric].short
  const found = paired
    ? `${change.pairs} of ${counted(there)}`
    : `${change.trials.a} and ${change.trials.b} trials`
  return [`only ${found} tell the ${asked}, and ${level} needs ${least}: ${cureFor(change)}`]
}

function counted(pairs: number): string {
  return `${pairs} ${pairs === 1 ? 'pair' : 'pairs'}`
}

function cureFor({ metric }: Change): string {
  if (metric === 'bystander-p99') return 'measure with a bystander, and longer trials'
  return metric === 'throughput' ? 'the others completed nothing' : 'make the trials longer'
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
    `a difference from ${changeWords(low)} to ${changeWords(high)} may hide in the noise: more repetitions narrow that down`,
  ]
}

function otherLoad(a: ConditionSummary, b: ConditionSummary): string[] {
  if (JSON.stringify(a.rate) === JSON.stringify(b.rate)) return []
  const [before, after] = [a, b].map(({ offeredPerS }) => Number(offeredPerS.toPrecision(3)))
  return [`the load is not the same: A was offered ${before} requests a second, B ${after}`]
}
