import type { TrialSummary } from '../summary/schema.ts'

/** Shares of requests that were not completed: failed, or refused; null where none was sent. */
export interface Failures {
  a: number | null
  b: number | null
}

/** More than one point: fewer may be one request of a hundred. */
const tolerated = 0.01

export function failureShare(trials: readonly TrialSummary[]): number | null {
  let sent = 0
  let completed = 0
  for (const { requests } of trials) {
    sent += requests.sent
    completed += requests.completed
  }
  return sent === 0 ? null : 1 - completed / sent
}

/** B does not complete a larger share than A, by more than one point. */
export function moreFailures({ a, b }: Failures): boolean {
  return a !== null && b !== null && b - a > tolerated
}
