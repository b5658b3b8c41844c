import { Latencies } from './latencies.ts'
import type { RunGroup } from './schema.ts'

/** Runs that are looked at together; those that others of later ones overlap stay for these. */
const batch = 16_384

interface Run {
  startMs: number
  endMs: number
  /** Of the warm-up, and what others only overlap, is not. */
  isCounted: boolean
}

/**
 * How long runs took, by how many ran at once: the mean over a run of how many did, itself among them. Two
 * tasks on two cores can be slower than one, and this is where it shows. Runs come as they end; what is kept of
 * them does not grow with their number, unless all of them overlap.
 */
export class RunsAtOnce {
  #runs: Run[] = []
  #longestMs = 0
  readonly #groups = new Map<number, Group>()

  /** One that ended at `endMs`, on any clock; in order of their ends, or nearly so. */
  add(endMs: number, runMs: number, isCounted: boolean): void {
    this.#runs.push({ startMs: endMs - runMs, endMs, isCounted })
    this.#longestMs = Math.max(this.#longestMs, runMs)
    if (this.#runs.length >= batch && this.#runs.length % batch === 0) this.#settle(endMs)
  }

  merge(other: RunsAtOnce): void {
    other.finish()
    for (const [running, group] of other.#groups) {
      const own = this.#group(running)
      own.runMs.merge(group.runMs)
      own.running += group.running
    }
  }

  /** No more come. */
  finish(): void {
    this.#settle(Number.POSITIVE_INFINITY)
  }

  /** Ascending by how many ran. */
  groups(): RunGroup[] {
    this.finish()
    return [...this.#groups.values()]
      .filter(({ runMs }) => runMs.count > 0)
      .map(({ runMs, running }) => ({
        running: running / runMs.count,
        runMs: runMs.percentiles(),
        histogram: runMs.encode(),
      }))
      .toSorted((a, b) => a.running - b.running)
  }

  /** Groups those that nothing to come overlaps: what ends later than `now` began after they had ended. */
  #settle(now: number): void {
    if (this.#runs.length === 0) return
    const busyBy = busyTime(this.#runs)
    const settledTo = now - this.#longestMs
    const later: Run[] = []
    for (const run of this.#runs) {
      if (run.endMs > settledTo) later.push(run)
      else if (run.isCounted) this.#count(run, busyBy)
    }
    const earliest = later.reduce((least, { startMs }) => Math.min(least, startMs), now)
    const overlapping = this.#runs
      .filter(({ endMs }) => endMs <= settledTo && endMs > earliest)
      .map((run) => ({ ...run, isCounted: false }))
    this.#runs = [...overlapping, ...later]
  }

  #count({ startMs, endMs }: Run, busyBy: (atMs: number) => number): void {
    const runMs = endMs - startMs
    // Of a run without length, itself.
    const running = runMs > 0 ? Math.max(1, (busyBy(endMs) - busyBy(startMs)) / runMs) : 1
    const group = this.#group(Math.round(running))
    group.runMs.add(runMs)
    group.running += running
  }

  #group(running: number): Group {
    const group = this.#groups.get(running) ?? { runMs: new Latencies(), running: 0 }
    this.#groups.set(running, group)
    return group
  }
}

interface Group {
  runMs: Latencies
  /** Of all its runs together. */
  running: number
}

/** The time that all runs together have taken by a moment: the integral of how many run. */
function busyTime(runs: readonly Run[]): (atMs: number) => number {
  const startedBy = elapsedSince(runs.map(({ startMs }) => startMs))
  const endedBy = elapsedSince(runs.map(({ endMs }) => endMs))
  return (atMs) => startedBy(atMs) - endedBy(atMs)
}

/** The sum of `atMs − time` over all times before it. */
function elapsedSince(times: readonly number[]): (atMs: number) => number {
  const sorted = Float64Array.from(times).sort()
  const origin = sorted[0] ?? 0
  const sums = new Float64Array(sorted.length + 1)
  for (const [index, time] of sorted.entries()) sums[index + 1] = sums[index]! + (time - origin)
  return (atMs) => {
    let [from, to] = [0, sorted.length]
    while (from < to) {
      const middle = (from + to) >>> 1
      if (sorted[middle]! < atMs) from = middle + 1
      else to = middle
    }
    return from * (atMs - origin) - sums[from]!
  }
}
