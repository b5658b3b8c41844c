import type { RequestRecord } from '../records/record.ts'
import type { ExecutorName } from '../scenario/schema.ts'
import { COLUMNS } from './crowd.ts'
import { lossOf } from './loss.ts'

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
  if (record.outcome === 'refused' || lossOf(record) === 'not sent') return undefined
  const to = record.ended
  if (executor === 'queue' && record.started !== null) return { from: record.started, to }
  if (record.runMs !== undefined) return { from: Math.max(record.sent, to - record.runMs), to }
  return executor === 'queue' ? undefined : { from: record.sent, to }
}

/**
 * Puts the runs of an event loop one after another. It answers when it has done all that had come, so several
 * that ran in turn end at the same time for their clients.
 */
export class InTurn {
  /** By server: from when to when it was at it, without a pause. */
  readonly #stretches = new Map<string, Span>()

  /** @param span in the order in which they ended. @returns where it must have been */
  place(server: string, span: Span): Span {
    const stretch = this.#stretches.get(server)
    const length = span.to - span.from
    if (stretch === undefined || stretch.to - span.from < length / 2) {
      this.#stretches.set(server, span)
      return span
    }
    const placed = { from: stretch.from - length, to: stretch.from }
    this.#stretches.set(server, { from: placed.from, to: stretch.to })
    return placed
  }
}

/** Exactly so many spans are no more than a plot can show. */
const FEW = 1000
/** Beyond, by slices of time: so many in each of a plot's columns. */
const SLICES = 8

/**
 * How much was at work over a trial, out of any number of spans, in little memory. Of few spans it is
 * exact. Of many, a slice of an eighth of a pixel counts as the mean of its time, rounded up, and a
 * pixel as the highest of its slices: no more than there truly were at once.
 */
export class Work {
  readonly #durationMs: number
  #few: Span[] | undefined = []
  /** Of each slice: the parts of those that begin or end in it, and how many more go on in it than before. */
  #parts = new Float64Array()
  #rises = new Float64Array()

  constructor(durationMs: number) {
    this.#durationMs = durationMs
  }

  /** What lies outside of the trial is cut off. */
  add(span: Span): void {
    const from = Math.max(0, span.from)
    const to = Math.min(this.#durationMs, span.to)
    if (!(to > from)) return
    if (this.#few === undefined) {
      this.#slice({ from, to })
      return
    }
    this.#few.push({ from, to })
    if (this.#few.length <= FEW) return
    this.#parts = new Float64Array(COLUMNS * SLICES)
    this.#rises = new Float64Array(COLUMNS * SLICES + 1)
    for (const each of this.#few) this.#slice(each)
    this.#few = undefined
  }

  /** @param most no more can be at once, see `atOnce` */
  steps(most = Number.POSITIVE_INFINITY): Step[] {
    if (this.#few !== undefined) return atOnce(this.#few, most)
    const steps: Step[] = []
    let through = 0
    for (let column = 0; column < COLUMNS; column++) {
      let count = 0
      for (let index = column * SLICES; index < (column + 1) * SLICES; index++) {
        through += this.#rises[index]!
        // What is added keeps sums of parts that make a whole from being rounded up to the next one.
        count = Math.max(count, Math.ceil(through + this.#parts[index]! - 1e-6))
      }
      count = Math.min(count, most)
      if (count !== (steps.at(-1)?.count ?? 0))
        steps.push({ at: (column * this.#durationMs) / COLUMNS, count })
    }
    if ((steps.at(-1)?.count ?? 0) > 0) steps.push({ at: this.#durationMs, count: 0 })
    return steps
  }

  #slice({ from, to }: Span): void {
    const slices = COLUMNS * SLICES
    const begin = (from / this.#durationMs) * slices
    const end = (to / this.#durationMs) * slices
    const first = Math.min(slices - 1, Math.floor(begin))
    const last = Math.min(slices - 1, Math.floor(end))
    if (first === last) {
      this.#parts[first]! += end - begin
      return
    }
    this.#parts[first]! += first + 1 - begin
    this.#parts[last]! += end - last
    this.#rises[first + 1]! += 1
    this.#rises[last]! -= 1
  }
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

/** The times in which any went on. Those that are less than `gap` apart are one. */
export function anyOf(steps: readonly Step[], gap = 0): Span[] {
  const spans: Span[] = []
  let from: number | undefined
  for (const { at, count } of steps)
    if (count > 0) from ??= at
    else if (from !== undefined) {
      const before = spans.at(-1)
      if (before !== undefined && from - before.to < gap) before.to = at
      else spans.push({ from, to: at })
      from = undefined
    }
  return spans
}
