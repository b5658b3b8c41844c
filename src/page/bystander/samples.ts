import { signal } from '@preact/signals'

/** One request of the bystander that has ended. */
export interface Sample {
  /** Milliseconds of the epoch. */
  dueAt: number
  /** From when it was due to the end of its answer, in milliseconds: not from when it could be sent. */
  latencyMs: number
  /** Who answered; undefined where nobody did. */
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

/** What is said of some samples, in milliseconds; undefined of none. */
export interface Statistics {
  lastMs: number
  medianMs: number
  maxMs: number
}

/** Those that wait are in it with what they have waited: a frozen service shows at once. */
export function statisticsOf(
  ended: readonly Sample[],
  waiting: readonly number[],
  now: number,
): Statistics | undefined {
  const latencies = [...ended.map(({ latencyMs }) => latencyMs), ...waiting.map((at) => now - at)]
  if (latencies.length === 0) return undefined
  const sorted = latencies.toSorted((a, b) => a - b)
  return {
    lastMs: ended.at(-1)?.latencyMs ?? sorted.at(-1)!,
    medianMs: sorted[(sorted.length - 1) >> 1]!,
    maxMs: sorted.at(-1)!,
  }
}
