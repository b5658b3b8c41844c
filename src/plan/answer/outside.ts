import { formatDuration } from '../../report/duration.ts'
import { count, executorWords, figure } from '../../report/words.ts'
import type { Interval } from '../fit/profile.ts'
import { load, mostAtOnce } from './capacity.ts'
import type { Deployment } from './deployment.ts'
import { partOf } from './part.ts'
import type { Question, Size } from './plan.ts'
import { sampleSize } from './sample-size.ts'

/** What an answer, or a part of it, says something of. */
export interface Told {
  size: Size
  /** That run tasks. */
  instances: number
  ratePerS: number
  /** Share of requests; 0 unless given. */
  refused?: number
}

/** Why that is not just what was measured, or what is simulated is not all: a phrase each; none: nothing. */
export function outsideOf(deployment: Deployment, told: Told): string[] {
  return [...notMeasured(deployment, told), ...notSimulated(deployment, told)]
}

export function isOutside(deployment: Deployment, told: Told): boolean {
  return outsideOf(deployment, told).length > 0
}

/** What is taken in its place is said where it is not plain. */
function notMeasured(deployment: Deployment, told: Told): string[] {
  const { question, profile, known, threads, cores } = deployment
  const { executor, range } = known
  const { size, ratePerS } = told
  const isLoop = executor === 'event-loop'
  const nginxPerS = Math.max(
    0,
    ...profile.executors.filter(({ measured }) => measured).map((each) => each.range.ratePerS),
  )
  const simulated = onlySimulated(question, told)
  return phrases([
    !known.measured &&
      `${executorWords[executor].all} ${executor === 'thread' ? 'were' : 'was'} not measured: what tasks take there is borrowed from another executor`,
    atOnce(deployment),
    // A server and a worker were on one machine when they were measured.
    Math.max(size.servers, size.workers) > 1 &&
      'more than one machine: they are taken not to slow each other down',
    isBeyond(size.servers, range.servers) &&
      `more than ${count(range.servers!.high, 'server')} ${were(range.servers!.high)} not measured`,
    executor === 'queue' &&
      isBeyond(size.workers, range.workers) &&
      `more than ${count(range.workers!.high, 'worker')} ${were(range.workers!.high)} not measured`,
    nginxPerS > 0 &&
      ratePerS > nginxPerS &&
      `rates above ${figure(nginxPerS)}/s through one nginx were not measured`,
    executor === 'queue' &&
      known.measured &&
      ratePerS > range.ratePerS &&
      `more than ${figure(range.ratePerS)} jobs/s through one Redis were not measured`,
    executor !== 'queue' &&
      size.servers > 1 &&
      question.balance !== 'least_conn' &&
      `balancing by ${question.balance} was not measured`,
    threads > cores && 'more threads than cores were not measured',
    !isLoop &&
      cores === 1 &&
      profile.machine.cores > 1 &&
      'an instance of one core shares it between its event loop and its tasks, which was not measured',
    known.gapMs === null &&
      'how long a thread is idle between two tasks was not measured: as little as can be is taken',
    known.overheadCpuMs === null &&
      !isLoop &&
      'how much CPU time HTTP takes is not known: no limit by it is taken',
    simulated.length > 0 && `${simulated.join(', ')}: simulated, not measured`,
  ])
}

function atOnce(deployment: Deployment): string | false {
  const { measuredTo, usl } = deployment.profile.scaling
  const running = mostAtOnce(deployment)
  if (running <= Math.max(1, measuredTo)) return false
  const seen = measuredTo > 1 ? figure(measuredTo) : 'no more than 1'
  return (
    `${running} tasks at once on a machine; ${seen} ${measuredTo >= 2 ? 'were' : 'was'} measured` +
    (usl.free === 'none' ? ', and how they slow each other down was not' : '')
  )
}

function onlySimulated(question: Question, { refused = 0 }: Told): string[] {
  const { arrivals, deadlineMs, failures } = question
  return phrases([
    arrivals.kind === 'bursts' && 'bursts',
    arrivals.kind === 'trace' && 'the times of a trace',
    deadlineMs !== null && 'deadlines',
    refused > 0 && 'lines that are full',
    failures !== null && 'instances that die',
  ])
}

/** Where a simulation would take too long. */
function notSimulated(deployment: Deployment, { instances, ratePerS }: Told): string[] {
  const { balance, arrivals } = deployment.question
  const whole = { instances, ratePerS, factor: 1, balance }
  const part = partOf(deployment, whole, 'sure')
  const size = sampleSize(part.deployment, part.setting, 'sure')
  return phrases([
    // Where more comes than goes, each instance tells of all.
    part.setting.instances < instances &&
      load(deployment, whole) < 1 &&
      `only ${part.setting.instances} of ${count(instances, 'instance')} could be simulated, with their part of the requests`,
    cycleCut(arrivals, part.deployment.question.arrivals),
    size !== null && !size.isSettled && 'lines take longer to settle than could be simulated',
    size !== null && !size.hasDeaths && 'failures are too rare to be seen in what was simulated',
  ])
}

function cycleCut(asked: Question['arrivals'], simulated: Question['arrivals']): string | false {
  if (asked.kind === 'trace' && simulated.kind === 'trace' && asked !== simulated)
    return `only ${figure(simulated.gapsMs.length)} of the trace's ${figure(asked.gapsMs.length)} requests could be simulated: pieces of it`
  if (asked.kind === 'bursts' && simulated.kind === 'bursts' && asked !== simulated)
    return `only ${formatDuration(simulated.everyMs)} of a burst's cycle of ${formatDuration(asked.everyMs)} could be simulated: calm and burst are shorter in proportion`
  return false
}

function phrases(each: readonly (string | false)[]): string[] {
  return each.filter((phrase) => phrase !== false)
}

function isBeyond(instances: number, range: Interval | null): boolean {
  return range !== null && instances > range.high
}

function were(number: number): string {
  return number === 1 ? 'was' : 'were'
}
