import type { Sample } from '../bystander/samples.ts'
import { everyMs } from '../bystander/schedule.ts'
import { byNumber, median } from '../numbers.ts'
import type { Entry } from '../work/entries.ts'

/** What the bystander has felt of a run, of the requests that were due meanwhile. Milliseconds. */
export interface Felt {
  /** How many were due, without those that have failed. */
  count: number
  /** How many have failed. They are in no other number: an error is no answer, however quick it is. */
  failed: number
  /** The longest wait; one that still waits counts with what it has waited. */
  maxMs: number
  /** Whether none of them waits any more, and the run is over. */
  isComplete: boolean
  /** Answers of other servers than the run's own. */
  others: { names: readonly string[]; count: number; medianMs: number }
  /** Answers of the run's own server. */
  late: { count: number; maxMs: number }
}

interface Observed {
  samples: readonly Sample[]
  pending: readonly number[]
  now: number
}

/** Of the requests that were due from the sending of the run to its end. */
export const feltDuring = (observed: Observed, run: Entry): Felt =>
  feltFrom(observed, run.sentAt, run)

/** With the request that was due just before: it is the first that a blocked event loop keeps waiting. */
export const feltSince = (observed: Observed, run: Entry): Felt =>
  feltFrom(observed, run.sentAt - everyMs, run)

function feltFrom(observed: Observed, from: number, { endedAt, server }: Entry): Felt {
  const { samples, pending, now } = observed
  const to = endedAt ?? now
  const isWithin = (dueAt: number) => dueAt >= from && dueAt <= to
  const ended = samples.filter(({ dueAt }) => isWithin(dueAt))
  const answered = ended.filter(({ failed }) => !failed)
  const waits = pending.filter(isWithin).map((dueAt) => now - dueAt)
  const others = answered.filter(({ instance }) => instance !== undefined && instance !== server)
  const own = answered.filter(({ instance }) => instance === server)
  return {
    count: answered.length + waits.length,
    failed: ended.length - answered.length,
    maxMs: Math.max(longest(answered), 0, ...waits),
    isComplete: endedAt !== undefined && waits.length === 0,
    others: {
      names: [...new Set(others.map(({ instance }) => instance!))].sort(byNumber),
      count: others.length,
      medianMs: median(others.map(({ latencyMs }) => latencyMs)) ?? 0,
    },
    late: { count: own.length, maxMs: longest(own) },
  }
}

const longest = (samples: readonly Sample[]) =>
  samples.reduce((most, { latencyMs }) => Math.max(most, latencyMs), 0)
