import { signal } from '@preact/signals'
import { median } from '../numbers.ts'

/** One request of the bystander that has ended. */
export interface Sample {
  /** Milliseconds of the epoch. */
  dueAt: number
  /** From when it was due to the end of its answer, in milliseconds: not from when it could be sent. */
  latencyMs: number
  /** The server that answered; undefined where none did. */
  instance: string | undefined
  failed: boolean
}

/** For how long samples are kept. */
export const keptMs = 180_000

/** Those that have ended, by the time at which they were due, of the last `keptMs`. */
export const samples = signal<readonly Sample[]>([])

/** When those were due that have no answer yet, in milliseconds of the epoch. */
export const pending = signal<readonly number[]>([])

/** The instance that has just answered; a new object for each answer. */
export const probed = signal<{ id: string } | undefined>(undefined)

export function begin(dueAt: number): void {
  pending.value = [...pending.value, dueAt]
}

export function end(sample: Sample): void {
  pending.value = pending.value.filter((dueAt) => dueAt !== sample.dueAt)
  samples.value = withSample(samples.value, sample)
  if (sample.instance !== undefined) probed.value = { id: sample.instance }
}

/** In the order in which they were due, without those that are too old. */
export function withSample(before: readonly Sample[], sample: Sample): Sample[] {
  const oldest = sample.dueAt + sample.latencyMs - keptMs
  const kept = before.filter(({ dueAt }) => dueAt >= oldest)
  const place = kept.findLastIndex(({ dueAt }) => dueAt < sample.dueAt) + 1
  return kept.toSpliced(place, 0, sample)
}

/** What is said of some samples, in milliseconds. */
export interface Statistics {
  /** Of the newest that was answered, or of one that waits longer than that took. */
  nowMs: number | undefined
  medianMs: number | undefined
  maxMs: number | undefined
  /** How many no server has answered. An error may come fast: it is no latency. */
  failed: number
}

/** Those that wait are in it with what they have waited: a frozen service shows at once. */
export function statisticsOf(
  ended: readonly Sample[],
  waiting: readonly number[],
  now: number,
): Statistics {
  const answered = ended.filter(({ failed }) => !failed)
  const waits = waiting.map((dueAt) => now - dueAt)
  const all = [...answered.map(({ latencyMs }) => latencyMs), ...waits]
  const most = (values: readonly number[]) => (values.length > 0 ? Math.max(...values) : undefined)
  return {
    nowMs: most([...answered.slice(-1).map(({ latencyMs }) => latencyMs), ...waits]),
    medianMs: median(all),
    maxMs: most(all),
    failed: ended.length - answered.length,
  }
}
