import { formatDuration } from '../../report/duration.ts'
import { count, type ExecutorName, signed, thousands } from '../../report/words.ts'
import type { Answer, PolicyOutcome, Sensitivity, Target } from '../answer/plan.ts'

/** What plans call things, in the terminal and in the report. */

/** After whatever is not just what was measured. */
export const outsideMark = '*'

/** `5 *` */
export function marked(text: string, isOutside: boolean): string {
  return isOutside ? `${text} ${outsideMark}` : text
}

/** An answer with a number of instances that is enough. */
export type Enough = Answer & {
  fewest: NonNullable<Answer['fewest']>
  predicted: NonNullable<Answer['predicted']>
}

export function isEnough(answer: Answer): answer is Enough {
  return answer.fewest !== null && answer.predicted !== null
}

/** Stacks are run, and so measured, with `least_conn`. */
export function isPolicyOutside({ balance }: PolicyOutcome, answer: Answer | undefined): boolean {
  return balance !== 'least_conn' || (answer !== undefined && answer.outside.length > 0)
}

/** What runs the tasks: `5 servers`, `1 worker`. */
export function instances(executor: ExecutorName, number: number): string {
  return count(number, executor === 'queue' ? 'worker' : 'server')
}

/** By the measured times alone: `2`, `2 to 3`; `2 or none` where it may be that no number is enough. */
export function instancesRange({ fewest, instancesInterval }: Enough): string {
  const now = fewest.workers || fewest.servers
  const { low, high } = instancesInterval ?? { low: now, high: now }
  if (high === null) return `${thousands(low)} or none`
  return low === high ? thousands(low) : `${thousands(low)} to ${thousands(high)}`
}

/** How many more than now, by role: `as now`, `+5 servers, +58 workers`. */
export function difference({ servers, workers }: NonNullable<Sensitivity['more']>): string {
  const roles: [number: number, noun: string][] = [
    [servers, 'server'],
    [workers, 'worker'],
  ]
  const parts = roles
    .filter(([number]) => number !== 0)
    .map(([number, noun]) => signed(number, (size) => count(size, noun)))
  return parts.length === 0 ? 'as now' : parts.join(', ')
}

/**
 * Of a percentile within which so many are never done, since they are refused or expire: Infinity is `never`.
 *
 * @param form how other milliseconds are written
 */
export function orNever(ms: number, form: (ms: number) => string): string {
  return ms === Number.POSITIVE_INFINITY ? 'never' : form(ms)
}

/** `p95`, `p99.9` */
export const percentileName = (share: number) => `p${Number((share * 100).toPrecision(8))}`

/** `p95 within 500 ms` */
export function targetOf({ share, ms }: Target): string {
  return `${percentileName(share)} within ${formatDuration(ms)}`
}
