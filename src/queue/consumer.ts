import { setTimeout as sleep } from 'node:timers/promises'
import { UnrecoverableError, WaitingError, Worker } from 'bullmq'
import type { JobError } from '../api/job.ts'
import { type Outcome, WorkError } from '../executors/executor.ts'
import type { ThreadExecutor } from '../executors/thread.ts'
import type { Log } from '../log.ts'
import type { Task } from '../tasks/define.ts'
import { prefix, queueName, workConnection } from './connection.ts'
import { jobsToHold, recentMean } from './prefetch.ts'
import {
  type JobData,
  type JobProgress,
  type JobReturn,
  largeResult,
  type QueuedJob,
  resultKey,
  writeFailure,
} from './record.ts'

/** The worker's side of the queue: takes jobs and runs them on threads; its own loop stays idle. */
export interface Consumer {
  /** Jobs that are taken and not over. */
  running(): number
  /** Resolves when Redis has been reached for the first time. */
  ready(): Promise<void>
  /** Whether Redis answers, within a second. */
  reachable(): Promise<boolean>
  /** Takes no more; what does not end within `graceMs` goes back to the queue at once. */
  stop(graceMs: number): Promise<void>
}

export interface ConsumerOptions {
  redisUrl: string
  /** Name of this worker, kept on the jobs it takes. */
  instance: string
  threads: ThreadExecutor
  findTask(name: string): Task | undefined
  /** How long one run of a task may take, in milliseconds. */
  timeoutOf(task: Task): number
  resultTtlS: number
  log: Log
  onTaken(): void
  onEnded(task: string, outcome: Outcome | JobError['reason']): void
}

// A worker that dies is noticed when its locks have expired, at the next look of another worker:
// 15 s at the longest.
const lockDuration = 10_000
const stalledInterval = 5000
// How often a job may lose its worker. One or two lose healthy jobs when workers are killed often.
const maxStalledCount = 10
const startShownAfterMs = 25
const longestHoldMs = 250
const cleanEveryMs = 60_000

export function createConsumer(options: ConsumerOptions): Consumer {
  const { redisUrl, instance, threads, findTask, timeoutOf, resultTtlS, log } = options
  const connection = workConnection(redisUrl, log)
  const { size } = threads.load()
  const meanRun = recentMean()
  const stops = new Map<string, AbortController>()
  let graceIsOver = false
  const keep = { age: resultTtlS }

  const worker = new Worker<JobData, JobReturn, string>(queueName, process_, {
    connection,
    prefix,
    name: instance,
    concurrency: jobsToHold(size, undefined),
    lockDuration,
    stalledInterval,
    maxStalledCount,
    runRetryDelay: 500,
    removeOnComplete: keep,
    removeOnFail: keep,
  })
  worker.on('error', (error) => {
    if (connection.status === 'ready') log.trouble('queue', error) // else the connection has said it
  })
  // Another worker has the job by now: stop using CPU for it.
  worker.on('lockRenewalFailed', (jobs) => {
    for (const id of jobs) stops.get(id)?.abort('lock lost')
  })
  const cleaning = setInterval(() => void clean().catch(() => {}), cleanEveryMs).unref()

  async function process_(job: QueuedJob, token?: string): Promise<JobReturn> {
    const id = job.id ?? ''
    const fields = { job: id, task: job.name, requestId: job.data.requestId }
    const stop = new AbortController()
    stops.set(id, stop)
    if (graceIsOver) stop.abort('stopping') // it was on its way here when this worker was told to stop
    options.onTaken()
    log.jobStarted({ ...fields, attempt: job.attemptsStarted })
    const taken = performance.now()
    try {
      const outcome = await run(job, stop.signal)
      const { json, startedAt, runMs } = outcome
      meanRun.add(runMs)
      worker.concurrency = jobsToHold(size, meanRun.value())
      options.onEnded(job.name, outcome)
      log.jobEnded({ ...fields, state: 'completed', runMs })
      if (json.length <= largeResult) return { json, startedAt, runMs }
      await connection.set(resultKey(id), json, 'EX', resultTtlS)
      return { apart: true, startedAt, runMs }
    } catch (error) {
      if (handsBack(stop.signal)) {
        log.jobHandedBack(fields)
        await job.moveToWait(token)
        throw new WaitingError()
      }
      const failure = asFailure(error, stop.signal, job.data.timeoutMs)
      options.onEnded(job.name, failure.reason)
      const runMs = performance.now() - taken
      log.jobEnded({ ...fields, state: 'failed', runMs, detail: failure.detail })
      throw new UnrecoverableError(writeFailure(failure))
    } finally {
      // This worker may have taken it again, after handing it back.
      if (stops.get(id) === stop) stops.delete(id)
    }
  }

  function run(job: QueuedJob, signal: AbortSignal): Promise<Outcome> {
    const task = findTask(job.name)
    if (task === undefined) throw new UnknownTask(job.name)
    const { params, timeoutMs: asked } = job.data
    const limit = timeoutOf(task)
    const left = asked === undefined ? limit : job.timestamp + asked - Date.now()
    if (left <= 0) throw new WorkError('deadline before start', 'came too late')
    const report = progressOf(job)
    const timeoutMs = Math.min(limit, left)
    const held = setInterval(handBackHeld, longestHoldMs, job.id ?? '')
    const onStart = (startedAt: number) => {
      clearInterval(held)
      report.start(startedAt)
    }
    return threads
      .run({ task, params, timeoutMs, signal, onStart, onProgress: report.fraction })
      .finally(() => {
        clearInterval(held)
        report.end()
      })
  }

  /** A job was taken ahead, and then the ones before it turned out long: another worker may be idle. */
  function handBackHeld(id: string): void {
    if (threads.load().running < size) return // the threads are still starting
    worker.concurrency = size
    stops.get(id)?.abort('held')
  }

  async function clean(): Promise<void> {
    // BullMQ forgets old jobs when another one ends; where nothing ends, they would stay for ever.
    const before = Date.now() - resultTtlS * 1000
    for (const state of ['completed', 'failed'])
      await worker.getBackend().cleanJobsByState(state, before, 1000)
  }

  async function stop(graceMs: number): Promise<void> {
    clearInterval(cleaning)
    // Without Redis nothing can be handed back, and BullMQ would wait for it: other workers will see
    // that the locks have expired.
    const isAway = () => connection.status !== 'ready'
    const { promise: away, resolve: giveUp } = Promise.withResolvers<void>()
    const giveBack = () => {
      graceIsOver = true
      for (const each of stops.values()) each.abort('stopping')
      if (isAway()) giveUp()
    }
    const timer = setTimeout(giveBack, graceMs)
    await Promise.race([worker.close(isAway()), away])
    clearTimeout(timer)
    connection.disconnect()
  }

  return {
    running: () => stops.size,
    ready: async () => void (await worker.waitUntilReady()),
    reachable: async () => {
      if (connection.status !== 'ready') return false
      const answer = connection.ping().catch(() => 'none')
      return (await Promise.race([answer, sleep(1000, 'none', { ref: false })])) === 'PONG'
    },
    stop,
  }
}

function handsBack(signal: AbortSignal): boolean {
  return signal.aborted && (signal.reason === 'stopping' || signal.reason === 'held')
}

class UnknownTask extends Error {}

/** Writes a job's start and progress to Redis, but for jobs so short that nobody could read it. */
function progressOf(job: QueuedJob) {
  let timer: NodeJS.Timeout | undefined
  let startedAt = 0
  const write = (fraction: number) => {
    job.updateProgress({ fraction, startedAt } satisfies JobProgress).catch(() => {}) // the next one tells
  }
  return {
    start(at: number) {
      startedAt = at
      timer = setTimeout(write, startShownAfterMs, 0)
    },
    fraction(fraction: number) {
      clearTimeout(timer)
      write(fraction)
    },
    end: () => clearTimeout(timer),
  }
}

function asFailure(error: unknown, signal: AbortSignal, askedMs: number | undefined): JobError {
  const detail = error instanceof Error ? error.message : String(error)
  if (error instanceof UnknownTask)
    return { reason: 'unknown task', detail: `the workers have no task ${detail}` }
  if (signal.reason === 'lock lost')
    return { reason: 'worker died', detail: 'its lock was lost; another worker has it' }
  if (!(error instanceof WorkError)) return { reason: 'threw', detail }
  const { reason } = error
  if (reason === 'threw' || reason === 'thread died') return { reason, detail }
  if (reason === 'aborted' || reason === 'full') return { reason: 'thread died', detail }
  if (askedMs === undefined) return { reason, detail }
  const what = reason === 'deadline' ? 'done' : 'started'
  return { reason, detail: `was not ${what} within ${askedMs} ms of its acceptance` }
}
