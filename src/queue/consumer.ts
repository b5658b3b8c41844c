import { setTimeout as sleep } from 'node:timers/promises'
import { type Outcome, WorkError } from '../executors/executor.ts'
import type { Log } from '../log.ts'
import type { WastedReason } from '../metrics.ts'
import { type AtHand, createHand } from './at-hand.ts'
import { createBullWorker } from './bull-worker.ts'
import { cancelledAmong } from './cancel.ts'
import { listenForCancels } from './cancels.ts'
import { cleanRegularly } from './clean.ts'
import { type ClientBudget, noBudget, settle } from './client-budget.ts'
import { listenConnection, workConnection } from './connection.ts'
import type { TakenJob } from './end-and-take.ts'
import { failureOf, handsBack, wasteOf } from './failure.ts'
import { createJobRunner, type ReadJob, type RunnerOptions } from './job-run.ts'
import { keepLocks } from './keep-locks.ts'
import { resultKey } from './keys.ts'
import { jobsToHold, recentMean } from './prefetch.ts'
import {
  type JobReturn,
  largeResult,
  readData,
  readProgress,
  requestIdOf,
  writeFailure,
} from './record.ts'
import { tryWhileRefused } from './refusal.ts'
import { createTakeLoop } from './take-loop.ts'

/** The worker's side of the queue: takes jobs and runs them on threads; its own loop stays idle. */
export interface Consumer {
  /** Jobs that are taken and not over. */
  running(): number
  /** Resolves when Redis has been reached for the first time. */
  ready(): Promise<void>
  /** Whether Redis answers, within a second. */
  reachable(): Promise<boolean>
  /** Takes no more; what does not end within `graceMs` goes back to the queue, at once if that is known. */
  stop(graceMs: number): Promise<void>
}

export interface ConsumerOptions extends Pick<RunnerOptions, 'threads' | 'findTask' | 'timeoutOf'> {
  redisUrl: string
  /** Name of this worker, kept on the jobs it takes. */
  instance: string
  resultTtlS: number
  /** What clients may spend, where they have a budget. */
  budget?: ClientBudget
  log: Log
  onTaken(): void
  /** How a job ended here: well, or for this reason. */
  onEnded(task: string, outcome: Outcome | string): void
  /** CPU milliseconds went into work that nobody got. */
  onWasted(reason: WastedReason, cpuMs: number): void
  /** Times of BullMQ's, for tests that cannot wait so long. */
  lockMs?: number
  maxStalls?: number
}

// A worker that dies is noticed when its locks have expired, at the next look of another worker: after
// 12 s at the longest.
const lockDurationMs = 8000
// How often a job may lose its worker. One or two lose healthy jobs when workers are killed often.
const maxStalledCount = 10
// Longer than a thread takes to end.
const retakeMs = 250
// A job that was taken ahead, and cannot start: another worker may be idle.
const longestHoldMs = 250
// A Redis that does not answer does not hold up the end.
const passOnMs = 1000

export function createConsumer(options: ConsumerOptions): Consumer {
  const { redisUrl, instance, threads, resultTtlS, log, lockMs = lockDurationMs } = options
  const { budget = noBudget } = options
  const connection = workConnection(redisUrl, log)
  const { size } = threads.load()
  const meanRun = recentMean()
  const hand = createHand(() => loop.look())
  const retakes = new Set<Promise<void>>()
  let most = Number.POSITIVE_INFINITY
  let stopping = false

  const onError = (error: Error) => {
    if (connection.status === 'ready') log.trouble('queue', error) // else the connection has said it
  }
  const { maxStalls = maxStalledCount } = options
  const bull = createBullWorker(connection, {
    ...{ instance, lockMs, onError },
    maxStalledCount: maxStalls,
  })
  const loop = createTakeLoop({
    redis: connection,
    taker: { instance, lockMs },
    untilMarked: bull.untilMarked,
    room: (ending) => jobsWanted() - (hand.size() - ending),
    isBusy: (ending) => !stopping && hand.size() - ending >= 2 * size,
    onTaken: (job) => void process_(job).catch(onError),
    onError,
  })
  const stopKeepingLocks = keepLocks(connection, lockMs, {
    atHand: hand.all,
    // Another worker has the job by now: stop using CPU for it.
    lost: (jobs) => {
      for (const { stop } of jobs) stop.abort('lock lost')
    },
    onError,
  })
  const cancels = listenForCancels(
    { subscriber: listenConnection(redisUrl, log), redis: connection },
    { running: hand.ids, cancel: (id) => hand.abort(id, 'cancelled') },
  )
  const stopCleaning = cleanRegularly(async () => bull.backend(), resultTtlS)
  const run = createJobRunner({
    ...options,
    hand,
    tell: (id, progress) => void bull.tell(id, progress).catch(() => {}), // the next one tells
  })
  const holds = setInterval(giveBackHeld, longestHoldMs / 2)
  void bull.ready().then(() => {
    if (stopping) return
    bull.watchStalled()
    loop.start()
  }, onError)

  /** A job that has to be alone is fetched for as if there were no room for more. */
  function jobsWanted(): number {
    const wanted = hand.isIsolating() ? 1 : jobsToHold(size, meanRun.value())
    return Math.min(wanted, most)
  }

  /** Jobs were taken ahead, and then the ones before them turned out long. */
  function giveBackHeld(): void {
    if (!hand.holdsLonger(longestHoldMs)) return
    if (threads.load().running < size) return // the threads are still starting
    most = size
    hand.giveBackHeld(longestHoldMs)
  }

  async function process_(taken: TakenJob): Promise<void> {
    const { id, token } = taken
    // Its lock has expired here, while it ran: another try, when the old run has left.
    if (hand.has(id)) {
      hand.abort(id, 'lock lost')
      const retake = sleep(retakeMs).then(() => handBack(taken))
      retakes.add(retake)
      return retake.finally(() => retakes.delete(retake))
    }
    const atHand = hand.take(id, taken.stalls, token)
    try {
      if (taken.deferredFailure === '') await work({ ...taken, data: readData(taken.data) }, atHand)
      else await loop.end({ id, token, state: 'failed', value: taken.deferredFailure })
    } finally {
      hand.leave(atHand)
      loop.look()
    }
  }

  async function work(job: ReadJob, atHand: AtHand): Promise<void> {
    const { id, token, task } = job
    const fields = fieldsOf(job)
    options.onTaken()
    countDeath(job)
    log.jobStarted({ ...fields, attempt: job.attempts })
    const taken = performance.now()
    let outcome: Outcome
    try {
      // It may have been said of a job that had this id before, by the same key.
      if (cancels.heardOf(id) && (await cancelledAmong(connection, [id])).length > 0)
        hand.abort(id, 'cancelled')
      outcome = await run(job, atHand)
    } catch (error) {
      return endBadly(error)
    }
    meanRun.add(outcome.runMs)
    most = Number.POSITIVE_INFINITY
    settleBudget(job, outcome.cpuMs)
    options.onEnded(task, outcome)
    log.jobEnded({ ...fields, state: 'completed', runMs: outcome.runMs })
    const value = JSON.stringify(await asReturn(id, outcome))
    const isOurs = await loop.end({ id, token, state: 'completed', value })
    if (!isOurs) options.onWasted('lock lost', outcome.cpuMs)

    async function endBadly(error: unknown): Promise<void> {
      const { signal } = atHand.stop
      const failure = failureOf(error, signal, job.data?.timeoutMs)
      const waste = wasteOf(failure, signal)
      if (waste !== undefined) options.onWasted(waste, cpuMsOf(error))
      if (handsBack(signal)) return handBack(job)
      if (signal.reason === 'lock lost') return log.jobLost(fields)
      settleBudget(job, cpuMsOf(error))
      options.onEnded(task, failure.reason)
      const runMs = performance.now() - taken
      const state = failure.reason === 'cancelled' ? 'cancelled' : 'failed'
      log.jobEnded({ ...fields, state, runMs, detail: failure.detail })
      await loop.end({ id, token, state: 'failed', value: writeFailure(failure) })
    }
  }

  async function handBack(job: TakenJob | ReadJob): Promise<void> {
    log.jobHandedBack(fieldsOf(job))
    await patiently(() => bull.handBack(job.id, job.token))
  }

  /** Tries again while Redis refuses, until this worker is told to stop. */
  function patiently<T>(command: () => Promise<T>): Promise<T> {
    return tryWhileRefused(command, { onError, isStopping: () => stopping })
  }

  /** Its client was charged an estimate when the job was accepted. */
  function settleBudget({ data }: ReadJob, cpuMs: number): void {
    const { client, costMs = 0 } = data ?? {}
    if (client === undefined) return
    settle(connection, budget, { client, costMs, cpuMs }).catch(() => {}) // it keeps its estimate
  }

  async function asReturn(id: string, { json, startedAt, runMs }: Outcome): Promise<JobReturn> {
    if (json.length <= largeResult) return { json, startedAt, runMs }
    await patiently(() => connection.set(resultKey(id), json, 'EX', resultTtlS))
    return { apart: true, startedAt, runMs }
  }

  /** The last that the job's former worker has told, if it died: so long it had run, at least. */
  function countDeath({ progress, stalls, attempts }: ReadJob): void {
    const last = progress === '' ? undefined : readProgress(progress)
    if (last?.attempt === attempts - 1 && last.stalls < stalls)
      options.onWasted('worker died', last.at - last.startedAt)
  }

  async function untilNothing(): Promise<void> {
    await hand.untilEmpty()
    await Promise.allSettled(retakes)
  }

  /** This worker may have taken the mark that another one waits for. */
  async function passOn(): Promise<void> {
    await bull.stopWaiting()
    if (connection.status === 'ready') await loop.passOn().catch(() => {})
  }

  let ending: Promise<void> | undefined

  function stop(graceMs: number): Promise<void> {
    ending ??= stopOnce(graceMs)
    return ending
  }

  async function stopOnce(graceMs: number): Promise<void> {
    stopping = true
    stopCleaning()
    clearInterval(holds)
    hand.stopWithin(graceMs)
    const quiet = loop.stop()
    void passOn().catch(() => {})
    // Without Redis nothing can be handed back: other workers will see that the locks have expired.
    const isAway = () => connection.status !== 'ready'
    const { promise: away, resolve: giveUp } = Promise.withResolvers<void>()
    const giveBack = () => {
      hand.abortAll('stopping')
      if (isAway()) giveUp()
    }
    const timer = setTimeout(giveBack, graceMs)
    await Promise.race([isAway() ? undefined : quiet.then(untilNothing), away])
    clearTimeout(timer)
    stopKeepingLocks()
    await Promise.race([passOn(), away, sleep(passOnMs)])
    await Promise.race([bull.close(isAway()), away, sleep(passOnMs)])
    cancels.close()
    connection.disconnect()
  }

  return {
    running: hand.size,
    ready: async () => void (await bull.ready()),
    reachable: async () => {
      if (connection.status !== 'ready') return false
      const answer = connection.ping().catch(() => 'none')
      return (await Promise.race([answer, sleep(1000, 'none', { ref: false })])) === 'PONG'
    },
    stop,
  }
}

function fieldsOf({ id, task, data }: TakenJob | ReadJob) {
  const read = typeof data === 'string' ? readData(data) : data
  return { job: id, task, requestId: requestIdOf(id, read) }
}

function cpuMsOf(error: unknown): number {
  return error instanceof WorkError ? error.cpuMs : 0
}
