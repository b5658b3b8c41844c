import type { Observation } from './observations.ts'
import type { ExecutorProfile, Interval } from './profile.ts'
import type { RunTimes } from './run-time.ts'
import { at, mean, sampleOf } from './sample.ts'

type Executor = ExecutorProfile['executor']

/** What is known of one executor, from its own observations (at least one). */
export function executorProfile(
  executor: Executor,
  observations: readonly Observation[],
  { aloneMs, reference, cores }: Pick<RunTimes, 'aloneMs'> & { reference: number; cores: number },
): ExecutorProfile {
  const saturated = observations.filter(({ isSaturated }) => isSaturated)
  const capacities = saturated.map(({ condition }) => condition.throughputPerS)
  const capacityPerS = capacities.length > 0 ? Math.max(...capacities) : null
  const overheadCpuMs = overheadCpuOf(observations)
  const idleMs = gapOf(executor, saturated, cores)
  // HTTP is done on the same loop: it cannot go on to the next task before.
  const gapMs = executor === 'event-loop' ? Math.max(idleMs ?? 0, overheadCpuMs ?? 0) : idleMs
  return {
    executor,
    measured: true,
    overheadMs: overheadOf(executor, observations).map((ms) => ms - (gapMs ?? 0)),
    gapMs,
    slowdown: aloneMs.get(executor)! / reference,
    overheadCpuMs,
    capacityPerS,
    capacityPerCorePerS: capacityPerS === null ? null : capacityPerS / cores,
    range: {
      ratePerS: Math.max(...observations.map(({ condition }) => condition.throughputPerS)),
      servers: rangeOf(observations.map(({ condition }) => condition.servers)),
      workers: rangeOf(observations.map(({ condition }) => condition.workers)),
    },
  }
}

/** Waits of those who found an idle thread: where half of all waited less than a tenth of a run, say. */
const idleWait = 0.1

/**
 * Beside wait and run, where waits were shortest; with the time until an idle thread has begun, where it can be seen.
 * A frozen loop reads a request after it has waited, and sees no wait however long it was: what came while it was not
 * frozen tells the overhead.
 */
function overheadOf(executor: Executor, observations: readonly Observation[]): number[] {
  if (executor === 'event-loop') {
    const soon = observations.map(({ parts }) => at(sampleOf(parts.overheadHistogram).values, 0.25))
    return [Math.min(...soon)]
  }
  const [calmest] = observations.toSorted((a, b) => meanWait(a) - meanWait(b))
  const { parts, condition } = calmest!
  const overhead = sampleOf(parts.overheadHistogram).values
  const isIdle = (parts.waitMs.p50 ?? 0) < idleWait * (condition.runMs?.mean ?? 0)
  const pickUpMs = isIdle ? at(sampleOf(parts.waitHistogram).values, 0.25) : 0
  return overhead.map((ms) => ms + pickUpMs)
}

const meanWait = ({ parts }: Observation) => parts.waitMs.mean ?? Number.POSITIVE_INFINITY

/** So many at once for less than this share of the time is jitter of what clients see. */
const jitter = 0.02

/**
 * How long a thread stands idle between two tasks while others wait: the time of all threads in which they ran none, by
 * result. Threads are as many as ran at once for a while, and no more than the instances have cores.
 */
function gapOf(
  executor: Executor,
  saturated: readonly Observation[],
  cores: number,
): number | null {
  const gaps = saturated.flatMap(({ condition, parts: { atOnce } }) => {
    if (atOnce === null || !(atOnce.results > 0)) return []
    const { ms, results } = atOnce
    const total = ms.reduce((sum, each) => sum + each, 0)
    const inRuns = ms.reduce((sum, each, running) => sum + running * each, 0)
    const seen = ms.findLastIndex((each) => each >= jitter * total)
    const { servers, workers, shares } = condition
    const instances =
      executor === 'queue'
        ? (workers ?? Object.keys(shares.workers).length)
        : (servers ?? Object.keys(shares.servers).length)
    const threads = Math.min(seen, instances * (executor === 'event-loop' ? 1 : cores))
    return [Math.max(0, threads * total - inRuns) / results]
  })
  return gaps.length > 0 ? mean(gaps) : null
}

/**
 * CPU time of servers for a request, beside its task: how much more they use where more come, since what they use while
 * idle is for none. By least squares over conditions, of use a second by requests a second; null where only one is known.
 */
function overheadCpuOf(observations: readonly Observation[]): number | null {
  const told = observations.flatMap(({ condition }) => {
    const { cpu, requests, offeredPerS, servers, shares } = condition
    if (cpu?.serverS == null || requests.sent === 0) return []
    const instances = servers ?? Object.keys(shares.servers).length
    // The warm-up's requests are in it, too; of refused ones it has no tasks.
    const requestsInAll = (cpu.tasks ?? requests.completed) + requests.refused
    const seconds = requestsInAll / offeredPerS
    return [{ instances, perS: offeredPerS, useS: cpu.serverS / seconds }]
  })
  const [first] = told
  const alike = told.filter(({ instances }) => instances === first?.instances)
  if (alike.length < 2) return null
  const meanOf = (of: (each: (typeof alike)[number]) => number) => mean(alike.map(of))
  const [perS, useS] = [meanOf((each) => each.perS), meanOf((each) => each.useS)]
  const spread = meanOf((each) => (each.perS - perS) ** 2)
  if (!(spread > 0)) return null
  return Math.max(0, (1000 * meanOf((each) => (each.perS - perS) * (each.useS - useS))) / spread)
}

function rangeOf(numbers: readonly (number | null)[]): Interval | null {
  const known = numbers.filter((number) => number !== null)
  return known.length > 0 ? { low: Math.min(...known), high: Math.max(...known) } : null
}
