import { setTimeout as sleep } from 'node:timers/promises'
import { UnrecoverableError, WaitingError } from 'bullmq'
import { type Outcome, WorkError } from '../executors/executor.ts'
import type { Log } from '../log.ts'
import type { WastedReason } from '../metrics.ts'
import { createHand } from './at-hand.ts'
import { cancelledAmong } from './cancel.ts'
import { listenForCancels } from './cancels.ts'
import { cleanRegularly } from './clean.ts'
import { type ClientBudget, noBudget, settle } from './client-budget.ts'
import { listenConnection, workConnection } from './connection.ts'
import { failureOf, handsBack, wasteOf } from './failure.ts'
import { createJobRunner, type RunnerOptions } from './job-run.ts'
import { prefix, queueName, resultKey } from './keys.ts'
import { PatientWorker, type TakenJob } from './patient-worker.ts'
import { jobsToHold, recentMean } from './prefetch.ts'
import {
  type JobReturn,
  largeResult,
  readData,
  readProgress,
  requestIdOf,
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

export function createConsumer(options: ConsumerOptions): Consumer {
  const { redisUrl, instance, threads, resultTtlS, log, lockMs = lockDurationMs } = options
  const { budget = noBudget } = options
  const connection = workConnection(redisUrl, log)
  const { size } = threads.load()
  const meanRun = recentMean()
  const hand = createHand(setConcurrency)
  const keep = { age: resultTtlS }

  const worker = new PatientWorker(queueName, process_, {
    connection,
    prefix,
    name: instance,
    concurrency: jobsToHold(size, undefined),
    lockDuration: lockMs,
    stalledInterval: lockMs / 2,
    maxStalledCount: options.maxStalls ?? maxStalledCount,
    runRetryDelay: 500,
    removeOnComplete: keep,
    removeOnFail: keep,
  })
  worker.on('error', (error) => {
    if (connection.status === 'ready') log.trouble('queue', error) // else the connection has said it
  })
  // Another worker has the job by now: stop using CPU for it.
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) hand.abort(id, 'lock lost')
  })
  const cpuOf = new WeakMap<object, number>()
  worker.onLost = (job) => options.onWasted('lock lost', cpuOf.get(job) ?? 0)
  const cancels = listenForCancels(
    { subscriber: listenConnection(redisUrl, log), redis: connection },
    { running: hand.ids, cancel: (id) => hand.abort(id, 'cancelled') },
  )
  const stopCleaning = cleanRegularly(async () => worker.getBackend(), resultTtlS)
  const run = createJobRunner({ ...options, hand, onHeld: () => setConcurrency(size) })

  /** A job that has to be alone is fetched for as if there were no room for more. */
  function setConcurrency(most = Number.POSITIVE_INFINITY): void {
    const wanted = hand.isIsolating() ? 1 : jobsToHold(size, meanRun.value())
    worker.concurrency = Math.min(wanted, most)
  }

  async function process_(job: TakenJob, token?: string): Promise<JobReturn> {
    const id = job.id ?? ''
    const fields = fieldsOf(job)
    // Its lock has expired here, while it ran. BullMQ knows jobs by their ids: the end of the old run would
    // end the renewal of the new one's lock. So another try, when the old one has left.
    if (hand.has(id)) {
      hand.abort(id, 'lock lost')
      await sleep(retakeMs)
      return handBack(job, token)
    }
    const atHand = hand.take(id, job.stalledCounter)
    options.onTaken()
    countDeath(job)
    log.jobStarted({ ...fields, attempt: job.attemptsStarted })
    const taken = performance.now()
    try {
      // It may have been said of a job that had this id before, by the same key.
      if (cancels.heardOf(id) && (await cancelledAmong(connection, [id])).length > 0)
        hand.abort(id, 'cancelled')
      const outcome = await run(job, atHand).catch((error) => endBadly(job, error))
      if (outcome === 'hand back') return await handBack(job, token)
      meanRun.add(outcome.runMs)
      setConcurrency()
      cpuOf.set(job, outcome.cpuMs)
      settleBudget(job, outcome.cpuMs)
      options.onEnded(job.name, outcome)
      log.jobEnded({ ...fields, state: 'completed', runMs: outcome.runMs })
      return await asReturn(id, outcome)
    } finally {
      hand.leave(atHand)
    }

    /** @throws what BullMQ is to write of the job; `WaitingError`: nothing */
    function endBadly({ data, name }: TakenJob, error: unknown): 'hand back' {
      const { signal } = atHand.stop
      const failure = failureOf(error, signal, data?.timeoutMs)
      const waste = wasteOf(failure, signal)
      if (waste !== undefined) options.onWasted(waste, cpuMsOf(error))
      if (handsBack(signal)) return 'hand back'
      if (signal.reason === 'lock lost') {
        log.jobLost(fields)
        throw new WaitingError()
      }
      settleBudget(job, cpuMsOf(error))
      options.onEnded(name, failure.reason)
      const runMs = performance.now() - taken
      const state = failure.reason === 'cancelled' ? 'cancelled' : 'failed'
      log.jobEnded({ ...fields, state, runMs, detail: failure.detail })
      throw new UnrecoverableError(writeFailure(failure))
    }
  }

  async function handBack(job: TakenJob, token: string | undefined): Promise<never> {
    log.jobHandedBack(fieldsOf(job))
    await worker.patiently(() => job.moveToWait(token))
    throw new WaitingError()
  }

  /** Its client was charged an estimate when the job was accepted. */
  function settleBudget({ data }: TakenJob, cpuMs: number): void {
    const { client, costMs = 0 } = readData(data) ?? {}
    if (client === undefined) return
    settle(connection, budget, { client, costMs, cpuMs }).catch(() => {}) // it keeps its estimate
  }

  async function asReturn(id: string, { json, startedAt, runMs }: Outcome): Promise<JobReturn> {
    if (json.length <= largeResult) return { json, startedAt, runMs }
    await worker.patiently(() => connection.set(resultKey(id), json, 'EX', resultTtlS))
    return { apart: true, startedAt, runMs }
  }

  /** The last that the job's former worker has told, if it died: so long it had run, at least. */
  function countDeath({ progress, stalledCounter, attemptsStarted }: TakenJob): void {
    const last = readProgress(progress)
    if (last?.attempt === attemptsStarted - 1 && last.stalls < stalledCounter)
      options.onWasted('worker died', last.at - last.startedAt)
  }

  async function stop(graceMs: number): Promise<void> {
    stopCleaning()
    hand.stopWithin(graceMs)
    // Without Redis nothing can be handed back, and BullMQ would wait for it: other workers will see
    // that the locks have expired.
    const isAway = () => connection.status !== 'ready'
    const { promise: away, resolve: giveUp } = Promise.withResolvers<void>()
    const giveBack = () => {
      hand.abortAll('stopping')
      if (isAway()) giveUp()
    }
    const timer = setTimeout(giveBack, graceMs)
    await Promise.race([worker.close(isAway()), away])
    clearTimeout(timer)
    cancels.close()
    connection.disconnect()
  }

  return {
    running: hand.size,
    ready: async () => void (await worker.waitUntilReady()),
    reachable: async () => {
      if (connection.status !== 'ready') return false
      const answer = connection.ping().catch(() => 'none')
      return (await Promise.race([answer, sleep(1000, 'none', { ref: false })])) === 'PONG'
    },
    stop,
  }
}

function fieldsOf({ id = '', name, data }: TakenJob) {
  return { job: id, task: name, requestId: requestIdOf(id, readData(data)) }
}

function cpuMsOf(error: unknown): number {
  return error instanceof WorkError ? error.cpuMs : 0
}
