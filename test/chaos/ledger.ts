import { isDeepStrictEqual } from 'node:util'
import type { Job } from '../../src/api/job.ts'

/**
 * The client's own book about the jobs that it was promised. It knows nothing but what was answered, and
 * what it saw later: an accepted job must end in exactly one state, look the same ever after, and have
 * the right result.
 */

/** A job as some answer showed it; times are those of this process. */
export interface Look {
  job: Pick<Job, 'id' | 'state'> & Partial<Job>
  /** When it was asked for, `performance.now()`: what was asked before an end was seen may be older. */
  askedAt: number
  /** How it was seen: `poll`, `events`, `wait`, `cancel`, … */
  by: string
}

/** What an accepted job should become. */
export interface Expectation {
  /** The known answer; undefined: any. */
  result?: unknown
  /** What was asked for, for a message. */
  what: string
  /** The `Idempotency-Key` that it was asked with. */
  key?: string
}

export type FaultKind = 'lost' | 'stuck' | 'two states' | 'wrong result' | 'two jobs for a key'

/** Something that must not happen. */
export interface Fault {
  kind: FaultKind
  id: string
  detail: string
}

/** Adds up: accepted = completed + failed + cancelled, and what is wrong. */
export interface Totals {
  accepted: number
  completed: number
  failed: Record<string, number>
  cancelled: number
  /** Runs beyond the first of a job: its worker died, or handed it back. */
  repeatedRuns: number
  faults: Record<FaultKind, number>
}

const isOver = (state: Job['state']) =>
  state === 'completed' || state === 'failed' || state === 'cancelled'

interface Entry extends Expectation {
  attempts: number
  cancelAsked: boolean
  end?: { job: Look['job']; seenAt: number; by: string }
  failed: Set<FaultKind>
}

export class Ledger {
  readonly faults: Fault[] = []
  readonly #entries = new Map<string, Entry>()
  readonly #open = new Set<string>()
  readonly #idOfKey = new Map<string, string>()

  /** The service has promised this job. The same job may be promised again, to a request repeated. */
  accept(id: string, expected: Expectation): void {
    if (!this.#entries.has(id)) {
      this.#entries.set(id, { ...expected, attempts: 0, cancelAsked: false, failed: new Set() })
      this.#open.add(id)
    }
    if (expected.key === undefined) return
    const before = this.#idOfKey.get(expected.key) ?? id
    this.#idOfKey.set(expected.key, before)
    if (before !== id) this.#fault('two jobs for a key', id, `${expected.key} was ${before} before`)
  }

  /** From now on it may end as `cancelled`. */
  cancelAsked(id: string): void {
    const entry = this.#entries.get(id)
    if (entry !== undefined) entry.cancelAsked = true
  }

  /** An accepted job was seen. */
  see({ job: seen, askedAt, by }: Look, now = performance.now()): void {
    const entry = this.#entries.get(seen.id)
    if (entry === undefined) throw new Error(`${seen.id} was seen by ${by} before it was accepted`)
    const isRight = isDeepStrictEqual(seen.result, entry.result)
    // One copy of a result is enough: some are large, and the book is long.
    const job = isRight ? { ...seen, result: entry.result } : seen
    entry.attempts = Math.max(entry.attempts, job.attempts ?? 0)
    const { end } = entry
    if (end !== undefined) {
      const same =
        job.state === end.job.state && isDeepStrictEqual(resultOf(job), resultOf(end.job))
      const outdated = !isOver(job.state) && askedAt < end.seenAt
      if (!same && !outdated)
        this.#fault(
          'two states',
          job.id,
          `${show(end.job)} by ${end.by}, then ${show(job)} by ${by}`,
        )
      // A request that waited is told of a failure without its reason: the job itself has it.
      if (same && end.job.error === undefined) entry.end = { ...end, job }
      return
    }
    if (!isOver(job.state)) return
    entry.end = { job, seenAt: now, by }
    this.#open.delete(job.id)
    if (job.state === 'cancelled' && !entry.cancelAsked)
      this.#fault(
        'two states',
        job.id,
        `${entry.what} was cancelled, and nobody had asked for that`,
      )
    if (job.state === 'completed' && entry.result !== undefined && !isRight)
      this.#fault('wrong result', job.id, `${entry.what} gave ${excerpt(job.result)}`)
  }

  /** The service says that it knows no such job. */
  missing(id: string, by: string): void {
    this.#open.delete(id)
    this.#fault('lost', id, `${this.#entries.get(id)?.what} is unknown, asked by ${by}`)
  }

  /** Nobody waits any longer: what has not ended by now is stuck. */
  giveUp(): void {
    for (const id of this.open())
      this.#fault('stuck', id, `${this.#entries.get(id)?.what} has not ended`)
  }

  /** A request that waits for its result was answered with a wrong one. */
  wrongAnswer(what: string, result: unknown): void {
    this.#fault('wrong result', 'a blocking request', `${what} gave ${excerpt(result)}`)
  }

  /** Whether its end is still to be seen, and it is not lost. */
  openHas(id: string): boolean {
    return this.#open.has(id)
  }

  hasEnded(id: string): boolean {
    return this.end(id) !== undefined
  }

  /** The job as it was when its end was first seen. */
  end(id: string): Look['job'] | undefined {
    return this.#entries.get(id)?.end?.job
  }

  /** Accepted jobs of which no end was seen, without those that are lost. */
  open(): string[] {
    return [...this.#open]
  }

  get openCount(): number {
    return this.#open.size
  }

  /** All accepted jobs. */
  ids(): string[] {
    return [...this.#entries.keys()]
  }

  get size(): number {
    return this.#entries.size
  }

  totals(): Totals {
    const totals: Totals = {
      accepted: this.#entries.size,
      completed: 0,
      failed: {},
      cancelled: 0,
      repeatedRuns: 0,
      faults: { lost: 0, stuck: 0, 'two states': 0, 'wrong result': 0, 'two jobs for a key': 0 },
    }
    for (const { end, attempts } of this.#entries.values()) {
      totals.repeatedRuns += Math.max(0, attempts - 1)
      if (end?.job.state === 'completed') totals.completed++
      if (end?.job.state === 'cancelled') totals.cancelled++
      if (end?.job.state !== 'failed') continue
      const reason = end.job.error?.reason ?? 'unknown'
      totals.failed[reason] = (totals.failed[reason] ?? 0) + 1
    }
    for (const { kind } of this.faults) totals.faults[kind]++
    return totals
  }

  /** Each kind of fault once a job: looking again at what is lost does not make it more. */
  #fault(kind: FaultKind, id: string, detail: string): void {
    const entry = this.#entries.get(id)
    if (entry?.failed.has(kind)) return
    entry?.failed.add(kind)
    this.faults.push({ kind, id, detail })
  }
}

/** Whether it adds up: every accepted job has ended, and nothing is wrong. */
export function isWhole({ accepted, completed, failed, cancelled, faults }: Totals): boolean {
  const ended = completed + cancelled + sum(failed)
  return accepted === ended && sum(faults) === 0
}

export function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}

function resultOf({ state, result }: Look['job']): unknown {
  return state === 'completed' ? result : undefined
}

function show(job: Look['job']): string {
  return job.state === 'completed' ? `completed with ${excerpt(job.result)}` : job.state
}

function excerpt(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 200)
}
