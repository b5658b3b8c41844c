import type { TrialSummary } from '../summary/schema.ts'

/** Shares of requests that were not completed: failed, or refused; null where none was sent. */
export interface Failures {
  a: number | null
  b: number | null
}

/** One point, which is one request of a hundred; the rest is for the rounding of a difference. */
const tolerated = 0.01 + 1e-9

export function failureShare(trials: readonly TrialSummary[]): number | null {
  let sent = 0
  let completed = 0
  for (const { requests } of trials) {
    sent += requests.sent
    completed += requests.completed
  }
  return sent === 0 ? null : (sent - completed) / sent
}

/** Far enough apart to be told: whoever serves less has latencies of those only that got through. */
export function failuresDiffer({ a, b }: Failures): boolean {
  return a !== null && b !== null && Math.abs(b - a) > tolerated
}

/** B does not complete a larger share than A, by more than one point. */
export function moreFailures({ a, b }: Failures): boolean {
  return a !== null && b !== null && b - a > tolerated
}
