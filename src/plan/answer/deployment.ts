import { UsageError } from '../../usage-error.ts'
import type { ExecutorProfile, Profile } from '../fit/profile.ts'
import { speedsOf } from '../fit/speeds.ts'
import type { Balance, System } from '../simulate/system.ts'
import type { Question, Size } from './plan.ts'

/** What is asked of one executor, and what is known of it: all but how many instances there are, and the rate. */
export interface Deployment {
  question: Question
  profile: Profile
  known: ExecutorProfile
  /** Of each instance that runs tasks; on an event loop one of either. */
  cores: number
  threads: number
  /** See `System.speeds`. */
  speeds: readonly number[]
  work: Work
}

/** How long a slot is taken for a task that runs alone on its machine. */
export interface Work {
  /** Equally likely run times, ascending, without the gap. */
  runMs: Float64Array
  /** From the end of a task until the slot can take the next one; added to each. */
  gapMs: number
}

/** @throws {UsageError} if the profile knows nothing of the executor */
export function deploymentOf(
  question: Question,
  profile: Profile,
  executor: Question['executors'][number],
): Deployment {
  const known = profile.executors.find((each) => each.executor === executor)
  if (known === undefined)
    throw new UsageError(`nothing is known of "${executor}": the profile has no measurement of it`)
  const isLoop = executor === 'event-loop'
  const cores = isLoop ? 1 : question.coresEach
  const threads = isLoop ? 1 : question.threadsEach
  return {
    question,
    profile,
    known,
    cores,
    threads,
    speeds: speedsOf(profile.scaling, cores),
    work: {
      runMs: Float64Array.from(profile.alone.valuesMs, (ms) => ms * known.slowdown),
      gapMs: gapMsOf(known, isLoop || (executor === 'thread' && threads >= cores)),
    },
  }
}

/**
 * Where a server does its HTTP on the cores of its tasks and no gap was measured, a slot is taken for that after each task:
 * the loop of a server whose threads take all cores does it on that of one which has just ended. A gap that was measured
 * has it in it, and what HTTP takes from tasks that run is in their times. On an event loop it is at least that.
 */
function gapMsOf(
  { executor, gapMs, overheadCpuMs }: ExecutorProfile,
  isOnTheirCores: boolean,
): number {
  const httpMs = isOnTheirCores ? (overheadCpuMs ?? 0) : 0
  return executor === 'event-loop' ? Math.max(gapMs ?? 0, httpMs) : (gapMs ?? httpMs)
}

/** Run times and gap with a factor on the task; the gap is not the task's. */
export function slotMs({ runMs, gapMs }: Work, factor: number): Float64Array {
  return runMs.map((ms) => ms * factor + gapMs)
}

/**
 * So many servers and workers, as a system to simulate: each instance that runs tasks on a machine of its own, or all
 * on the one machine of the profile, whose cores they share.
 */
export function systemOf(
  { question, profile, known, cores, threads, speeds }: Deployment,
  { servers, workers }: Pick<Size, 'servers' | 'workers'>,
  balance: Balance,
  placement: System['placement'] = 'own',
): System {
  const { executor } = known
  const machine =
    placement === 'own'
      ? { cores, speeds }
      : { cores: profile.machine.cores, speeds: speedsOf(profile.scaling, profile.machine.cores) }
  return {
    executor,
    servers,
    workers: executor === 'queue' ? workers : 0,
    threads,
    placement,
    ...machine,
    balance,
    lineLimit: executor === 'thread' ? question.lineLimit : Number.POSITIVE_INFINITY,
    queueLimit: executor === 'queue' ? question.queueLimit : Number.POSITIVE_INFINITY,
    deadlineMs: question.deadlineMs ?? Number.POSITIVE_INFINITY,
    failures: question.failures,
  }
}

/** Whether the next request always goes where it waits least; else each instance has a line that may be any length. */
export function hasOneLine({ known }: Deployment, balance: Balance): boolean {
  return known.executor === 'queue' || balance === 'least_conn'
}

/** So many instances that run tasks, with the servers that the queue needs at a rate. */
export function sizeOf(deployment: Deployment, instances: number, ratePerS: number): Size {
  const { known, cores } = deployment
  if (known.executor !== 'queue')
    return { servers: instances, workers: 0, cores: instances * cores }
  const servers = leastServers(deployment, ratePerS)
  return { servers, workers: instances, cores: instances * cores + servers }
}

/**
 * How busy the event loop of a server may be with HTTP (0 to 1). A loop serves one after another, so that a cheap
 * request waits ρ / (1 − ρ) times its own length there on average (M/M/1): 2.3 times at 0.7, and twice that at
 * 0.83. Up to here what HTTP took at low load, which is all that was measured, is still about what it takes.
 */
export const loopBusyAtMost = 0.7

/** The fewest servers whose event loops bear the HTTP of a rate; 1 where nothing is known of it. */
export function leastServers({ known }: Deployment, ratePerS: number): number {
  const busy = ((known.overheadCpuMs ?? 0) * ratePerS) / 1000
  return Math.max(1, Math.ceil(busy / loopBusyAtMost))
}

/** The highest rate whose HTTP the event loops of so many servers bear; Infinity where nothing is known of it. */
export function loopCapacityPerS({ known }: Deployment, servers: number): number {
  const cpuMs = known.overheadCpuMs ?? 0
  return cpuMs === 0 ? Number.POSITIVE_INFINITY : (servers * loopBusyAtMost * 1000) / cpuMs
}
