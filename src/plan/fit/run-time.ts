import type { Observation } from './observations.ts'
import type { ExecutorProfile } from './profile.ts'
import { mean } from './sample.ts'

type Executor = ExecutorProfile['executor']

/** How long runs took with so many at once: one group of one condition. */
export interface Timing {
  executor: Executor
  running: number
  meanMs: number
  count: number
}

export interface RunTimes {
  /** Mean of a run alone, by executor. */
  aloneMs: Map<Executor, number>
  /** How much longer a run takes when another runs on a core beside it: 0.05 is 5% of a run alone. */
  perOther: number
  /** Spread of the conditions' means around this, relative: drift of the machine, what else it does. */
  drift: number
}

/**
 * Of conditions in which tasks had cores of their own and no more came than could be done, if there are such: in an
 * overload, what is refused or waits takes CPU time from tasks, and a run beside two others for half of its time is not
 * as slow as one beside one other for all of it, though as many ran at once on average.
 */
export function timingsOf(observations: readonly Observation[], cores: number): Timing[] {
  const isCrowded = ({ parts }: Observation) =>
    parts.runs.some(({ running }) => running > cores + 0.5)
  const isBusy = ({ parts }: Observation) => parts.runs.some(({ running }) => running >= 1.5)
  const uncrowded = observations.filter((each) => !isCrowded(each))
  const calm = uncrowded.filter(({ isSaturated }) => !isSaturated)
  const [first = observations] = [calm.some(isBusy) ? calm : [], uncrowded].filter(
    ({ length }) => length > 0,
  )
  // Executors of which nothing else is known are not left out.
  const executors = new Set(first.map(({ condition }) => condition.executor))
  const others = observations.filter(({ condition }) => !executors.has(condition.executor))
  return [...first, ...others].flatMap(({ condition, parts }) =>
    parts.runs.flatMap(({ running, runMs }) =>
      runMs.mean === null
        ? []
        : [{ executor: condition.executor, running, meanMs: runMs.mean, count: runMs.count }],
    ),
  )
}

/**
 * Weighted least squares of mean run times, t = alone(executor) × (1 + perOther × (running − 1)), of those that
 * ran alone or with another one on a core of its own: a run that was alone for half of its time is half of the way.
 * Never faster than alone. One factor for all executors: they run on the same cores.
 */
export function fitRunTimes(timings: readonly Timing[], cores: number): RunTimes {
  const onCores = timings.filter(({ running }) => running <= Math.min(2, cores) + 0.5)
  const used = onCores.length > 0 ? onCores : timings.map((each) => ({ ...each, running: 1 }))
  const executors = [...new Set(timings.map(({ executor }) => executor))]
  let perOther = 0
  // Alternating least squares: given the factor, each mean is a weighted mean; given these, the factor is a slope.
  // Each step solves its part exactly, so the sum of squares never grows.
  for (let round = 0; round < 200; round++) {
    const alone = aloneBy(executors, used, perOther)
    const next = Math.max(0, slope(used, alone))
    if (Math.abs(next - perOther) < 1e-9) break
    perOther = next
  }
  const aloneMs = aloneBy(executors, used, perOther)
  return { aloneMs, perOther, drift: driftOf(used, aloneMs, perOther) }
}

function aloneBy(
  executors: readonly Executor[],
  timings: readonly Timing[],
  perOther: number,
): Map<Executor, number> {
  const all = weightedMean(timings, perOther)
  return new Map(
    executors.map((executor) => {
      const own = timings.filter((each) => each.executor === executor)
      return [executor, own.length > 0 ? weightedMean(own, perOther) : all]
    }),
  )
}

/** Least squares of alone in t = alone × x, weighted by counts. */
function weightedMean(timings: readonly Timing[], perOther: number): number {
  let [xt, xx] = [0, 0]
  for (const { running, meanMs, count } of timings) {
    const x = 1 + perOther * (running - 1)
    xt += count * x * meanMs
    xx += count * x * x
  }
  return xt / xx
}

/** Least squares of the factor in t/alone − 1 = factor × (running − 1). */
function slope(timings: readonly Timing[], alone: Map<Executor, number>): number {
  let [xy, xx] = [0, 0]
  for (const { executor, running, meanMs, count } of timings) {
    const ms = alone.get(executor)!
    xy += count * ms * (running - 1) * (meanMs - ms)
    xx += count * (ms * (running - 1)) ** 2
  }
  return xx > 0 ? xy / xx : 0
}

/** Relative; of groups with at least a tenth of the largest one's runs: means of few are noise of another kind. */
function driftOf(
  timings: readonly Timing[],
  alone: Map<Executor, number>,
  perOther: number,
): number {
  const most = Math.max(...timings.map(({ count }) => count))
  const errors = timings
    .filter(({ count }) => count >= most / 10)
    .map(({ executor, running, meanMs }) => {
      const expected = alone.get(executor)! * (1 + perOther * (running - 1))
      return meanMs / expected - 1
    })
  return errors.length > 1 ? Math.sqrt(mean(errors.map((error) => error ** 2))) : 0
}
