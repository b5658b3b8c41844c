import type { Summary } from '../../measure/summary/schema.ts'
import { executorWords } from '../../report/words.ts'
import { UsageError } from '../../usage-error.ts'
import { executorProfile } from './executor-profile.ts'
import { type Observation, observationsOf } from './observations.ts'
import type { ExecutorProfile, Profile, Scaling, WorkSample } from './profile.ts'
import { fitRunTimes, type RunTimes, type Timing, timingsOf } from './run-time.ts'
import { mean, pooled, sampleOf, scvOf } from './sample.ts'
import { fitUsl } from './usl.ts'

type Executor = ExecutorProfile['executor']

/** The one that is best known first: its run alone is what others are compared with. */
const order: readonly Executor[] = ['thread', 'queue', 'event-loop']

/** The bounds of an interval that holds 95 of 100 normal values, in standard errors. */
const normal95 = 1.96

/**
 * What runs of `measure` tell of a task and of the machine that it ran on. Nothing but summaries is read.
 *
 * @throws {UsageError} where they tell nothing, or are of different work or machines
 */
export function fitProfile(summaries: readonly Summary[]): Profile {
  const observations = observationsOf(summaries)
  const { machine, target, settings } = summaries[0]!
  const timings = timingsOf(observations, machine.cores)
  if (timings.length === 0)
    throw new UsageError(
      `run ${observations[0]!.run} is of several event loops only: how many tasks ran at once cannot be seen there; measure one`,
    )
  const times = fitRunTimes(timings)
  const measured = order.filter((executor) => times.aloneMs.has(executor))
  const reference = times.aloneMs.get(measured[0]!)!
  const executors = measured.map((executor) =>
    executorProfile(
      executor,
      observations.filter(({ condition }) => condition.executor === executor),
      { aloneMs: times.aloneMs, reference, cores: machine.cores },
    ),
  )
  const borrowed = order.filter((executor) => !measured.includes(executor))
  return {
    task: target.task ?? settings.task,
    params: settings.params,
    runs: [...new Set(observations.map(({ run }) => run))],
    machine: { cpus: machine.cpus, cores: machine.cores },
    alone: workSample(observations, timings, times, reference),
    scaling: scalingOf(timings, times, machine.cores),
    executors: [...executors, ...borrowed.map((executor) => borrow(executor, executors[0]!))],
    assumed: [
      ...(isElsewhere(target.url) ? [elsewhere(machine.cores)] : []),
      ...(times.isApart ? [] : [notApart]),
      ...executors.flatMap(assumedOf),
      ...borrowed.map(
        (executor) =>
          `${executorWords[executor].one} was not measured: it is taken to be as fast as ${executorWords[measured[0]!].one}`,
      ),
    ],
  }
}

const notApart =
  'always about as many tasks ran at once: how long one takes alone, and how much slower it is beside others, could not be told apart'

/** The shape is that of all runs where none waited for a core, each over the mean of its condition. */
function workSample(
  observations: readonly Observation[],
  timings: readonly Timing[],
  { standardError, isApart }: RunTimes,
  aloneMs: number,
): WorkSample {
  const calm = observations.filter(({ isSaturated }) => !isSaturated)
  const samples = (calm.length > 0 ? calm : observations).map(({ parts }) => {
    const { values, count } = sampleOf(parts.runHistogram)
    const middle = mean(values)
    return { values: values.map((ms) => ms / middle), count }
  })
  const relative = pooled(samples)
  const middle = mean(relative)
  const valuesMs = relative.map((value) => (value / middle) * aloneMs)
  const halfWidth = normal95 * standardError * aloneMs
  // If all that was seen was slowed by others, a task alone takes the share of one of them.
  const atOnce = isApart ? 1 : Math.max(...timings.map(({ running }) => running))
  return {
    valuesMs,
    meanMs: aloneMs,
    scv: scvOf(valuesMs),
    count: samples.reduce((sum, sample) => sum + sample.count, 0),
    meanInterval: {
      low: Math.max(0, aloneMs - halfWidth) / atOnce,
      high: aloneMs + halfWidth,
    },
  }
}

/** A task alone is the point (1, 1) by definition; what is faster than that is noise. */
function scalingOf(
  timings: readonly Timing[],
  { aloneMs, drift, isApart }: RunTimes,
  cores: number,
): Scaling {
  const points = [...Map.groupBy(timings, ({ running }) => Math.round(running * 2) / 2).values()]
    .map((group) => {
      const count = group.reduce((sum, each) => sum + each.count, 0)
      const weighted = (of: (timing: Timing) => number) =>
        group.reduce((sum, each) => sum + each.count * of(each), 0) / count
      return {
        running: weighted(({ running }) => running),
        speed: weighted(({ executor, meanMs }) => aloneMs.get(executor)! / meanMs),
        count,
        standardError: Math.sqrt(weighted(({ scv }) => scv) / count + drift ** 2 / group.length),
      }
    })
    .toSorted((a, b) => a.running - b.running)
  const onCores = points.filter(({ running }) => running <= cores + 0.2)
  // Nearly alone is alone: the law says nothing there, and noise would be divided by next to nothing.
  const usl = fitUsl(isApart ? onCores.filter(({ running }) => running >= 1.1) : [])
  const seenTo = Math.max(1, ...onCores.map(({ running }) => Math.min(cores, Math.round(running))))
  return {
    points: points.map(({ running, speed, count }) => ({ running, speed, count })),
    usl,
    measuredTo: isApart ? seenTo : 1,
  }
}

function borrow(executor: Executor, from: ExecutorProfile): ExecutorProfile {
  return {
    ...from,
    executor,
    measured: false,
    capacityPerS: null,
    capacityPerCorePerS: null,
    range: { ratePerS: 0, servers: null, workers: null },
  }
}

function assumedOf({ executor, gapMs }: ExecutorProfile): string[] {
  if (gapMs !== null) return []
  return [
    `${executorWords[executor].one} was not measured with more work than it can do: threads are taken to go from one task to the next at once`,
  ]
}

/** What `measure` knows of a machine is its own. */
function isElsewhere(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? ''
  return !/^(localhost|127\.[\d.]+|\[::1\]|)$/.test(host)
}

const elsewhere = (cores: number) =>
  `the service is on another machine, whose cores are not known: ${cores} are taken, as this one has`
