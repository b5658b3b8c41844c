import type { ConditionSummary } from '../summary/schema.ts'
import type { Change } from './change.ts'
import type { Comparison, Verdict } from './comparison.ts'
import { needed } from './enough.ts'
import { type Failures, failureShare, failuresDiffer, failureWords } from './failures.ts'
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
  unusable,
  change,
  verdict,
  failures,
  lacking,
  confidence,
}: {
  a: ConditionSummary
  b: ConditionSummary
  used: Trials
  unusable: Comparison['unusable']
  change: Change
  verdict: Verdict
  failures: Failures
  /** Of throughput: what is missing from it. */
  lacking: string | null
  confidence: number
}): string[] {
  const nothing = [unusable.a, unusable.b].filter((why) => why !== null)
  const isUsable = nothing.length === 0
  return [
    ...nothing,
    ...(isUsable ? whyTooFew(used, change, confidence) : []),
    ...(isUsable && lacking !== null ? [lacking] : []),
    ...(isUsable ? [...leftOut(a, 'A'), ...leftOut(b, 'B')] : []),
    ...(failuresDiffer(failures) ? [failureWords(failures)] : []),
    ...(verdict === 'noise' ? whatMayHide(change) : []),
    ...otherLoad(a, b),
  ]
}

/** Why nothing of this condition can be used; null: some can. */
export function whyUnusable(condition: ConditionSummary, name: 'A' | 'B'): string | null {
  if (condition.void !== null) return `${name} is void: ${condition.void}`
  const trials = countingTrials(condition)
  if (trials.length === 0) return `no trial of ${name} can be used`
  if (failureShare(trials) === null) return `${name} was sent no request`
  return trials.some(({ requests }) => requests.completed > 0)
    ? null
    : `nothing of ${name} completed`
}

function leftOut({ trials }: ConditionSummary, name: string): string[] {
  const voids = trials.filter((trial) => trial.void !== null)
  const partial = trials.filter((trial) => trial.void === null && trial.state === 'partial')
  const told = (left: readonly unknown[], what: string, why: string) => {
    const trial = left.length === 1 ? 'trial' : 'trials'
    return left.length === 0
      ? []
      : [`${name} has ${left.length} ${what} ${trial} of ${trials.length}: ${why}`]
  }
  return [
    ...told(voids, 'void', voids[0]?.void ?? ''),
    ...told(partial, 'partial', 'what was interrupted is left out'),
  ]
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
  if (metric === 'bystander-p99') return bystanderCure
  return metric === 'throughput' ? 'the others completed nothing' : 'make the trials longer'
}

const bystanderCure =
  'it takes 100 answered bystanders in each trial: raise their rate (`bystander: { rate }` in a scenario), or ' +
  'make the trials longer'

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
