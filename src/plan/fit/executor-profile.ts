import type { Observation } from './observations.ts'
import type { ExecutorProfile, Interval } from './profile.ts'
import type { RunTimes } from './run-time.ts'
import { at, mean, valuesOf } from './sample.ts'

type Executor = ExecutorProfile['executor']

/** What is known of one executor, from its own observations (at least one). */
export function executorProfile(
  executor: Executor,
  observations: readonly Observation[],
  { aloneMs, reference, cores }: Pick<RunTimes, 'aloneMs'> & { reference: number; cores: number },
): ExecutorProfile {
  const saturated = observations.filter(({ isSaturated }) => isSaturated)
  const capacities = saturated.map(({ condition }) => condition.throughputPerS)
  const gapMs = gapOf(executor, saturated)
  const capacityPerS = capacities.length > 0 ? Math.max(...capacities) : null
  return {
    executor,
    measured: true,
    overheadMs: overheadOf(observations).map((ms) => ms - (gapMs ?? 0)),
    gapMs,
    slowdown: aloneMs.get(executor)! / reference,
    overheadCpuMs: overheadCpuOf(observations),
    capacityPerS,
    capacityPerCorePerS: capacityPerS === null ? null : capacityPerS / cores,
    range: {
      ratePerS: Math.max(...observations.map(({ condition }) => condition.throughputPerS)),
      servers: rangeOf(observations.map(({ condition }) => condition.servers)),
      workers: rangeOf(observations.map(({ condition }) => condition.workers)),
    },
  }
}

/**
 * Beside wait and run, where waits were shortest, so that the time until an idle thread has begun is in it: half
 * of the requests found one there, or more.
 */
function overheadOf(observations: readonly Observation[]): number[] {
  const [calmest] = observations.toSorted((a, b) => meanWait(a) - meanWait(b))
  const wait = valuesOf(calmest!.parts.waitHistogram).values
  const pickUpMs = at(wait, 0.25)
  return valuesOf(calmest!.parts.overheadHistogram).values.map((ms) => ms + pickUpMs)
}

const meanWait = ({ parts }: Observation) => parts.waitMs.mean ?? Number.POSITIVE_INFINITY

/**
 * How long a thread stands idle between two tasks while others wait. While one runs, each of the other T − 1 threads
 * is busy for a share r / (r + gap) of the time, so that on the average 1 + (T − 1) r / (r + gap) run. Of a
 * single thread it is what remains of 1 / throughput beside the run.
 */
function gapOf(executor: Executor, saturated: readonly Observation[]): number | null {
  const gaps = saturated.flatMap(({ condition, parts }) => {
    const runs = parts.runs.filter(({ runMs }) => runMs.count > 0)
    const count = runs.reduce((sum, { runMs }) => sum + runMs.count, 0)
    const runMs =
      runs.reduce((sum, each) => sum + (each.runMs.mean ?? 0) * each.runMs.count, 0) / count
    const atOnce =
      runs.reduce((sum, { running, runMs: { count: n } }) => sum + running * n, 0) / count
    const threads = Math.round(atOnce)
    if (executor === 'event-loop' || threads < 2) {
      const loops = executor === 'event-loop' ? (condition.servers ?? 1) : 1
      return [Math.max(0, (loops * 1000) / condition.throughputPerS - runMs)]
    }
    const busy = Math.min(1, (atOnce - 1) / (threads - 1))
    return [Math.max(0, runMs / busy - runMs)]
  })
  return gaps.length > 0 ? mean(gaps) : null
}

/**
 * CPU time of instances for a request beside its task. What they use while idle is in it, so the condition with
 * the most requests comes nearest.
 */
function overheadCpuOf(observations: readonly Observation[]): number | null {
  const told = observations.flatMap(({ condition: { cpu } }) => {
    if (cpu === null || cpu.taskS === null || cpu.tasks === null || cpu.tasks === 0) return []
    const usedS = cpu.processS - cpu.taskS - (cpu.wastedS ?? 0)
    return [(Math.max(0, usedS) * 1000) / cpu.tasks]
  })
  return told.length > 0 ? Math.min(...told) : null
}

function rangeOf(numbers: readonly (number | null)[]): Interval | null {
  const known = numbers.filter((number) => number !== null)
  return known.length > 0 ? { low: Math.min(...known), high: Math.max(...known) } : null
}
