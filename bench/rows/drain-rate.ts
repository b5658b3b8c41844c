import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchTask, QueueSystem } from '../systems/system.ts'

/** How many jobs had not ended at a moment of `performance.now()`. */
export interface Left {
  atMs: number
  left: number
}

export interface DrainOptions {
  /** Milliseconds between two looks at the queue; each look costs Redis and this process a little. */
  everyMs?: number
  /** Jobs that may be left at the end. */
  until?: number
  /** Milliseconds after which it is enough, however many are left. */
  forMs?: number
  /** Milliseconds: a drain that takes longer is given up. */
  patienceMs?: number
}

/**
 * How many jobs a worker of the bare BullMQ takes at the same time: its best of 1, 3, 10, 50 and 200 with empty jobs,
 * so that this peer is at its best.
 */
export const bareConcurrency = 50

/** A minute: under a load beside the benchmarks, too, a round ends within a third of it. */
const patientMs = 60_000
const unref = { ref: false }

/** Shares of the jobs: before, workers wake up, and at the end some of them have nothing more to do. */
const counted = { from: 0.1, to: 0.95 }

/** Puts `count` jobs into a queue whose workers are held, lets these go, and waits. @returns jobs done a second */
export async function drainRate(
  system: QueueSystem,
  task: BenchTask,
  count: number,
  options: DrainOptions = {},
): Promise<number> {
  const { patienceMs = patientMs } = options
  // Where a job was lost, a system would wait for it for ever.
  const isHeld = await Promise.race([
    system.hold().then(() => true),
    sleep(patienceMs, false, unref),
  ])
  if (!isHeld) throw new Error(`${system.name} has ${await system.left()} jobs that do not end`)
  await system.fill(task, count)
  return rateBetween(await drain(system, options), counted)
}

/** Lets the workers go and looks until no more than `until` jobs are left. @throws when that takes too long */
export async function drain(
  { name, left, release }: Pick<QueueSystem, 'name' | 'left' | 'release'>,
  {
    everyMs = 20,
    until = 0,
    forMs = Number.POSITIVE_INFINITY,
    patienceMs = patientMs,
  }: DrainOptions = {},
): Promise<Left[]> {
  const series: Left[] = [{ left: await left(), atMs: performance.now() }]
  const began = performance.now()
  release()
  for (;;) {
    await sleep(everyMs)
    const now = await left()
    const atMs = performance.now()
    series.push({ left: now, atMs })
    if (now <= until || atMs >= began + forMs) return series
    if (atMs > began + patienceMs)
      throw new Error(`${name} still has ${now} jobs after ${Math.round(patienceMs / 1000)} s`)
  }
}

/**
 * Jobs a second between the moments when these shares (0 to 1) of those that went were gone, moments between two
 * looks taken to lie where a straight line has them.
 */
export function rateBetween(
  series: readonly Left[],
  { from, to }: { from: number; to: number },
): number {
  const first = series[0]?.left ?? 0
  const went = first - (series.at(-1)?.left ?? 0)
  if (went <= 0) return Number.NaN
  const ms = whenDownTo(series, first - to * went) - whenDownTo(series, first - from * went)
  return ((to - from) * went * 1000) / ms
}

/** The moment when no more than so many were left. */
function whenDownTo(series: readonly Left[], wanted: number): number {
  const next = series.findIndex(({ left }) => left <= wanted)
  const after = series[next]
  const before = series[next - 1]
  if (after === undefined || before === undefined) return after?.atMs ?? Number.NaN
  const share = (before.left - wanted) / (before.left - after.left)
  return before.atMs + share * (after.atMs - before.atMs)
}
