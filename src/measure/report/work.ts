import type { RequestRecord } from '../records/record.ts'
import type { ExecutorName } from '../scenario/schema.ts'

/** From when to when something went on, in milliseconds of the trial. */
export interface Span {
  from: number
  to: number
}

/** How many went on from this moment until the next step's. */
export interface Step {
  at: number
  count: number
}

/**
 * When a task ran, as well as its client can know: on the queue from when it heard of the start; inside
 * the request for as long as the service says it ran; else all the time in which it was open.
 *
 * @returns undefined where nothing ran, or where it is not known to have
 */
export function workOf(record: RequestRecord, executor: ExecutorName): Span | undefined {
  if (record.outcome === 'refused') return undefined
  const to = record.ended
  if (executor === 'queue' && record.started !== null) return { from: record.started, to }
  if (record.runMs !== undefined) return { from: Math.max(record.sent, to - record.runMs), to }
  return executor === 'queue' ? undefined : { from: record.sent, to }
}

/**
 * How many of these go on at once, as it changes over time.
 *
 * @param most no more can: of requests whose run nobody knows, an event loop does one, and the others wait
 */
export function atOnce(spans: readonly Span[], most = Number.POSITIVE_INFINITY): Step[] {
  const changes = new Map<number, number>()
  const add = (at: number, by: number) => changes.set(at, (changes.get(at) ?? 0) + by)
  for (const { from, to } of spans)
    if (to > from) {
      add(from, 1)
      add(to, -1)
    }
  let count = 0
  return [...changes]
    .toSorted(([a], [b]) => a - b)
    .map(([at, by]) => {
      count += by
      return { at, count: Math.min(count, most) }
    })
}

/** The times in which any went on. */
export function anyOf(steps: readonly Step[]): Span[] {
  const spans: Span[] = []
  let from: number | undefined
  for (const { at, count } of steps)
    if (count > 0) from ??= at
    else if (from !== undefined) {
      spans.push({ from, to: at })
      from = undefined
    }
  return spans
}
