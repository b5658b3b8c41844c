import type { TrialSummary } from '../summary/schema.ts'
import { type BootstrapOptions, shareEffect } from './bootstrap.ts'
import { needed } from './enough.ts'
import { share } from './figures.ts'
import type { Trials } from './trials.ts'

/** Shares of requests that were not completed: failed, or refused; null where none was sent. */
export interface Failures {
  a: number | null
  b: number | null
  /** Of b − a. Null where there are too few trials for one. */
  interval: [low: number, high: number] | null
}

/** One point, which is one request of a hundred; the rest is for the rounding of a difference. */
const tolerated = 0.01 + 1e-9

/** Of the trials that count. The interval is that of the bootstrap over trials, for a trial's requests fail together. */
export function failuresOf(
  used: Trials,
  options: BootstrapOptions & { paired: boolean },
): Failures {
  const [a, b] = [failureShare(used.a), failureShare(used.b)]
  const least = needed(options.paired, options.confidence)
  const isEnough = Math.min(used.a.length, used.b.length) >= least
  if (a === null || b === null || !isEnough) return { a, b, interval: null }
  const { low, high } = shareEffect(used.a.map(lostOf), used.b.map(lostOf), options)
  return { a, b, interval: [low, high] }
}

export function failureShare(trials: readonly TrialSummary[]): number | null {
  const [lost, sent] = [sumOf(trials, (each) => lostOf(each).part), sumOf(trials, sentOf)]
  return sent === 0 ? null : lost / sent
}

/** Far enough apart to be told: whoever serves less has latencies of those only that got through. */
export function failuresDiffer({ a, b }: Failures): boolean {
  return a !== null && b !== null && Math.abs(b - a) > tolerated
}

/**
 * B does not complete a larger share than A, by more than one point, and chance alone does not explain that
 * it is larger. Null: there are too few trials to tell chance from more.
 */
export function moreFailures(failures: Failures): boolean | null {
  const { a, b, interval } = failures
  if (a === null || b === null || b - a <= tolerated) return false
  return interval === null ? null : interval[0] > 0
}

/** `B failed 12% of its requests, A 0%: what is not served takes no time`. */
export function failureWords(failures: Failures): string {
  const { a, b, interval } = failures
  const words = `B failed ${share(b ?? 0)} of its requests, A ${share(a ?? 0)}`
  const isMore = moreFailures(failures)
  if (isMore) return `${words}: what is not served takes no time`
  if (isMore === null) return `${words}, and there are too few trials to tell whether by chance`
  const isByChance = interval !== null && interval[0] <= 0 && interval[1] >= 0
  return isByChance ? `${words}, which may be chance` : words
}

function lostOf({ requests: { sent, completed } }: TrialSummary): { part: number; whole: number } {
  return { part: sent - completed, whole: sent }
}

function sentOf({ requests }: TrialSummary): number {
  return requests.sent
}

function sumOf(trials: readonly TrialSummary[], of: (trial: TrialSummary) => number): number {
  return trials.reduce((total, trial) => total + of(trial), 0)
}
