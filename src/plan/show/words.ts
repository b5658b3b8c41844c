import { formatDuration } from '../../report/duration.ts'
import { count } from '../../report/words.ts'
import type { Answer, Size, Target } from '../answer/plan.ts'

/** What plans call things, in the terminal and in the report. */

type ExecutorName = Answer['executor']

/** An answer with a number of instances that is enough. */
export type Enough = Answer & {
  fewest: NonNullable<Answer['fewest']>
  predicted: NonNullable<Answer['predicted']>
}

export function isEnough(answer: Answer): answer is Enough {
  return answer.fewest !== null && answer.predicted !== null
}

/** What runs the tasks: `5 servers`, `1 worker`. */
export function instances(executor: ExecutorName, number: number): string {
  return count(number, executor === 'queue' ? 'worker' : 'server')
}

/** `5 servers`; of the queue `1 server and 2 workers`. */
export function sizeOf(executor: ExecutorName, { servers, workers }: Size): string {
  const accepting = count(servers, 'server')
  return executor === 'queue' ? `${accepting} and ${instances(executor, workers)}` : accepting
}

/** How many more than now: `as now`, `1 more`, `2 fewer`. */
export function difference(more: number): string {
  if (more === 0) return 'as now'
  return `${Math.abs(more).toLocaleString('en-US')} ${more > 0 ? 'more' : 'fewer'}`
}

/**
 * Of a percentile within which so many are never done, since they are refused or expire: Infinity is `never`.
 *
 * @param form how other milliseconds are written
 */
export function orNever(ms: number, form: (ms: number) => string): string {
  return ms === Infinity ? 'never' : form(ms)
}

/** `p95`, `p99.9` */
export const percentileName = (share: number) => `p${Number((share * 100).toPrecision(8))}`

/** `p95 within 500 ms` */
export function targetOf({ share, ms }: Target): string {
  return `${percentileName(share)} within ${formatDuration(ms)}`
}

/** Of a whole, to three digits at most: `0 %`, `0.02 %`, `86.8 %`, `100 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`
}
