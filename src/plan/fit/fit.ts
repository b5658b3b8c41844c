import type { Summary } from '../../measure/summary/schema.ts'
import { executorProfile } from './executor-profile.ts'
import { type Observation, observationsOf } from './observations.ts'
import type { ExecutorProfile, Profile, Scaling, WorkSample } from './profile.ts'
import { fitRunTimes, type RunTimes, type Timing, timingsOf } from './run-time.ts'
import { mean, pooled, scvOf, valuesOf } from './sample.ts'
import { fitUsl } from './usl.ts'

type Executor = ExecutorProfile['executor']

/** The one that is best known first: its run alone is what others are compared with. */
const order: readonly Executor[] = ['thread', 'queue', 'event-loop']

/** Means of runs differ by so much from day to day on any machine, however many there were. */
const leastUncertainty = 0.01

/**
 * What runs of `measure` tell of a task and of the machine that it ran on. Nothing but summaries is read.
 *
 * @throws {UsageError} where they tell nothing, or are of different work or machines
 */
export function fitProfile(summaries: readonly Summary[]): Profile {
  const observations = observationsOf(summaries)
  const { machine, target, settings } = summaries[0]!
  const timings = timingsOf(observations, machine.cores)
  const times = fitRunTimes(timings, machine.cores)
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
    alone: workSample(observations, times, reference),
    scaling: scalingOf(timings, times, machine.cores),
    executors: [...executors, ...borrowed.map((executor) => borrow(executor, executors[0]!))],
    assumed: [
      ...(isElsewhere(target.url) ? [elsewhere(machine.cores)] : []),
      ...executors.flatMap(assumedOf),
      ...borrowed.map(
        (executor) =>
          `${nameOf(executor)} was not measured: it is taken to be as fast as ${nameOf(measured[0]!)}`,
      ),
    ],
  }
}

/** The shape is that of all runs on cores of their own, each over the mean of its group; the mean is that alone. */
function workSample(
  observations: readonly Observation[],
  { drift }: RunTimes,
  aloneMs: number,
): WorkSample {
  const groups = observations.flatMap(({ parts }) => parts.runs)
  const onCores = groups.filter(({ running }) => running < 2.5)
  const samples = (onCores.length > 0 ? onCores : groups).map(({ histogram, runMs }) => {
    const { values, count } = valuesOf(histogram)
    return { values: values.map((ms) => ms / (runMs.mean ?? mean(values))), count }
  })
  const relative = pooled(samples)
  const middle = mean(relative)
  const valuesMs = relative.map((value) => (value / middle) * aloneMs)
  const count = samples.reduce((sum, sample) => sum + sample.count, 0)
  const scv = scvOf(valuesMs)
  const error = Math.max(leastUncertainty, Math.sqrt(scv / count + drift ** 2))
  const halfWidth = 1.96 * error * aloneMs
  const meanInterval = { low: Math.max(0, aloneMs - halfWidth), high: aloneMs + halfWidth }
  return { valuesMs, meanMs: aloneMs, scv, count, meanInterval }
}

/** A task alone is the point (1, 1) by definition; what is faster than that is noise. */
function scalingOf(
  timings: readonly Timing[],
  { aloneMs, drift }: RunTimes,
  cores: number,
): Scaling {
  // Few runs beside many others say more about chance than about the machine.
  const most = Math.max(...timings.map(({ count }) => count))
  const telling = timings.filter(({ count }) => count >= most / 20)
  const points = [...Map.groupBy(telling, ({ running }) => Math.round(running * 4) / 4).values()]
    .map((group) => {
      const count = group.reduce((sum, each) => sum + each.count, 0)
      const weighted = (of: (timing: Timing) => number) =>
        group.reduce((sum, each) => sum + each.count * of(each), 0) / count
      const speed = 1 / weighted(({ executor, meanMs }) => meanMs / aloneMs.get(executor)!)
      return { running: weighted(({ running }) => running), speed, count }
    })
    .toSorted((a, b) => a.running - b.running)
  const onCores = points.filter(({ running }) => running <= cores + 0.5)
  const standardError = Math.max(leastUncertainty, drift)
  const usl = fitUsl(onCores.map((point) => ({ ...point, standardError })))
  const measuredTo = Math.max(
    1,
    ...onCores.map(({ running }) => Math.min(cores, Math.round(running))),
  )
  return { points, usl, measuredTo }
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
    `${nameOf(executor)} was not measured with more work than it can do: threads are taken to go from one task to the next at once`,
  ]
}

/** What `measure` knows of a machine is its own. */
function isElsewhere(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? ''
  return !/^(localhost|127\.[\d.]+|\[::1\]|)$/.test(host)
}

const elsewhere = (cores: number) =>
  `the service is on another machine, whose cores are not known: ${cores} are taken, as this one has`

function nameOf(executor: Executor): string {
  return { thread: 'a thread', queue: 'the queue', 'event-loop': 'the event loop' }[executor]
}
