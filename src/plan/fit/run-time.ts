import type { Observation } from './observations.ts'
import type { ExecutorProfile } from './profile.ts'
import { sampleOf, scvOf } from './sample.ts'

type Executor = ExecutorProfile['executor']

/** How long runs took in one condition, and how many there were at once. */
export interface Timing {
  executor: Executor
  /** How many ran while a task did, itself among them: the mean over the time of tasks. */
  running: number
  meanMs: number
  /** Results. */
  count: number
  /** Squared coefficient of variation of its runs. */
  scv: number
}

export interface RunTimes {
  /** Mean of a run alone, by executor. */
  aloneMs: Map<Executor, number>
  /** How much slower a task is beside one other: 0.05 is 95% of its speed alone. */
  slower: number
  /** False: how many ran at once was always about the same, so that all of the time is taken to be that alone. */
  isApart: boolean
  /** Standard error of a condition's mean, relative: how much these scatter about the law, and at least 1%. */
  drift: number
  /** Standard error of the mean alone, relative. */
  standardError: number
}

/** Means of runs differ by so much from one minute to the next on any machine, however many there were. */
const leastDrift = 0.01
/** With less between the calmest and the busiest condition, their noise would be taken for contention. */
const leastSpread = 0.3

/**
 * A timing for each condition that can be seen, of those in which tasks had cores of their own and no more came than
 * could be done, if these tell enough: in an overload, what is refused or waits takes CPU time from tasks.
 *
 * It is of conditions, not of runs: which runs were beside others depends on how long they were, so that means of
 * such runs would be of others than the task's.
 */
export function timingsOf(observations: readonly Observation[], cores: number): Timing[] {
  const all = observations.flatMap((each) => {
    const timing = timingOf(each)
    return timing === undefined ? [] : [{ ...timing, isSaturated: each.isSaturated }]
  })
  const uncrowded = all.filter(({ running }) => running <= cores + 0.2)
  const calm = uncrowded.filter(({ isSaturated }) => !isSaturated)
  const chosen = [calm, uncrowded, all].find((each) => spreadOf(each) >= leastSpread)
  const first = chosen ?? (uncrowded.length > 0 ? uncrowded : all)
  // Executors of which nothing else is known are not left out.
  const known = new Set(first.map(({ executor }) => executor))
  return [...first, ...all.filter(({ executor }) => !known.has(executor))]
}

/** Undefined: how many ran at once could not be seen. */
function timingOf({ condition, parts }: Observation): Timing | undefined {
  if (parts.atOnce === null) return undefined
  const { ms, results } = parts.atOnce
  const inRuns = ms.reduce((sum, each, running) => sum + running * each, 0)
  const squares = ms.reduce((sum, each, running) => sum + running * running * each, 0)
  if (!(inRuns > 0 && results > 0)) return undefined
  const { values } = sampleOf(parts.runHistogram)
  return {
    executor: condition.executor,
    running: squares / inRuns,
    meanMs: inRuns / results,
    count: results,
    scv: scvOf(values),
  }
}

function spreadOf(timings: readonly Timing[]): number {
  const running = timings.map((timing) => timing.running)
  return running.length === 0 ? 0 : Math.max(...running) - Math.min(...running)
}

/**
 * Weighted least squares of mean speeds: a condition's, 1 / mean, is that alone × (1 − slower × (running − 1)), as
 * the mean of a speed that is one alone and another beside one more. Of conditions with up to two and a half at once,
 * if they suffice: farther, the law is not a line. One factor for all executors: they run on the same cores.
 */
export function fitRunTimes(timings: readonly Timing[]): RunTimes {
  const few = timings.filter(({ running }) => running <= 2.5)
  const used = spreadOf(few) >= leastSpread ? few : timings
  const isApart = spreadOf(used) >= leastSpread
  const most = Math.max(...used.map(({ running }) => running))
  // No task stops, however many there are.
  const slower = isApart ? lowest((each) => scatterOf(used, each), 0, 0.9 / (most - 1)) : 0
  const aloneMs = aloneBy(timings, used, slower)
  const parameters = new Set(used.map(({ executor }) => executor)).size + (isApart ? 1 : 0)
  const degrees = Math.max(1, used.length - parameters)
  const scatter = scatterOf(used, slower) / degrees
  const drift = leastDrift * Math.sqrt(Math.max(1, scatter))
  return { aloneMs, slower, isApart, drift, standardError: errorOf(used, drift, isApart) }
}

/** Of the logarithm of a condition's mean. */
function varianceOf({ scv, count }: Timing, drift: number): number {
  return scv / count + drift ** 2
}

/** The sum of weighted squares of what is left at the best times alone. */
function scatterOf(timings: readonly Timing[], slower: number): number {
  const alone = aloneBy(timings, timings, slower)
  return timings.reduce((sum, timing) => {
    const left = Math.log(aloneOf(timing, slower) / alone.get(timing.executor)!)
    return sum + left ** 2 / varianceOf(timing, leastDrift)
  }, 0)
}

/** What a condition says of the time alone. */
function aloneOf({ meanMs, running }: Timing, slower: number): number {
  return meanMs * (1 - slower * (running - 1))
}

/** Weighted geometric means, of those that are used where there are any. */
function aloneBy(
  timings: readonly Timing[],
  used: readonly Timing[],
  slower: number,
): Map<Executor, number> {
  const executors = [...new Set(timings.map(({ executor }) => executor))]
  return new Map(
    executors.map((executor) => {
      const isOwn = (timing: Timing) => timing.executor === executor
      const own = used.some(isOwn) ? used.filter(isOwn) : timings.filter(isOwn)
      let [sum, weights] = [0, 0]
      for (const timing of own) {
        const weight = 1 / varianceOf(timing, leastDrift)
        sum += weight * Math.log(Math.max(aloneOf(timing, slower), timing.meanMs / timing.running))
        weights += weight
      }
      return [executor, Math.exp(sum / weights)]
    }),
  )
}

/** Of the intercept of a weighted line through the logarithms of means. */
function errorOf(timings: readonly Timing[], drift: number, isApart: boolean): number {
  let [s, sx, sxx] = [0, 0, 0]
  for (const timing of timings) {
    const weight = 1 / varianceOf(timing, drift)
    const x = timing.running - 1
    s += weight
    sx += weight * x
    sxx += weight * x * x
  }
  if (!isApart) return Math.sqrt(1 / s)
  return Math.sqrt(sxx / (s * sxx - sx * sx))
}

/** Golden-section search for the lowest point of a function that falls, then rises (Kiefer, 1953). */
function lowest(of: (x: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2
  let [low, high] = [from, to]
  while (high - low > 1e-6) {
    const [a, b] = [high - ratio * (high - low), low + ratio * (high - low)]
    if (of(a) <= of(b)) high = b
    else low = a
  }
  return of(from) <= of((low + high) / 2) ? from : (low + high) / 2
}
