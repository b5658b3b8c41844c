import type { RequestRecord } from '../records/record.ts'
import type { Trial } from '../records/run.ts'
import { AtOnce } from './at-once.ts'
import { Latencies } from './latencies.ts'
import type { Requests, TrialSummary } from './schema.ts'
import { whyVoid } from './void.ts'

/** The reason of records of requests that the generator never sent. */
const notSent = 'not sent'

/** A stretch of a trial in which the offered rate was one. */
export interface Stretch {
  fromMs: number
  toMs: number
}

/** Of requests of one kind. */
export interface KindTally {
  requests: Requests
  /** How many were not completed, by reason. */
  reasons: Map<string, number>
  latency: Latencies
  lag: Latencies
}

/**
 * All that is counted of one trial, in an amount of memory that does not depend on how many requests
 * there were. Of the warm-up's requests only what came of them later counts: results that came while others
 * were counted are throughput, and their CPU time is in that of the trial.
 */
export class TrialTally {
  readonly trial: Trial
  readonly kinds: Record<RequestRecord['kind'], KindTally> = {
    task: aKind(),
    bystander: aKind(),
  }
  readonly accepted = new Latencies()
  readonly started = new Latencies()
  readonly run = new Latencies()
  readonly wait = new Latencies()
  /** Latency less wait and run. */
  readonly overhead = new Latencies()
  readonly atOnce: AtOnce
  readonly servers = new Map<string, number>()
  readonly workers = new Map<string, number>()
  /** Completed while requests were due; and of these, within the deadline. */
  completedInTime = 0
  good = 0
  /** Completed, whenever, the warm-up's too. */
  completedInAll = 0
  /** Due, and not sent, as too many were open. */
  unsent = 0
  /** By stretch. */
  readonly offered: number[]
  readonly completed: number[]
  readonly #stretches: readonly Stretch[]
  readonly #deadlineMs: number
  #latestDue: number | undefined
  /** Where the trial's end is not known: results that came after the latest due time so far, as they came. */
  readonly #waiting: RequestRecord[] = []

  constructor(trial: Trial, stretches: readonly Stretch[], deadlineMs: number) {
    this.trial = trial
    this.#stretches = stretches
    this.#deadlineMs = deadlineMs
    this.atOnce = new AtOnce(trial.durationMs ?? Number.POSITIVE_INFINITY)
    this.offered = stretches.map(() => 0)
    this.completed = stretches.map(() => 0)
  }

  /** How long requests were due; of a trial that nobody saw to its end, until the latest that is known of. */
  get durationMs(): number {
    return this.trial.durationMs ?? Math.max(0, this.#latestDue ?? 0)
  }

  /** Nobody saw its end, and nothing of it is known. */
  get isUnknown(): boolean {
    return this.trial.durationMs === null && this.#latestDue === undefined
  }

  /** One after another as they ended. */
  add(record: RequestRecord): void {
    if (record.due > (this.#latestDue ?? Number.NEGATIVE_INFINITY)) this.#sawDue(record.due)
    if (record.kind === 'task' && record.outcome === 'completed') this.#addResult(record)
    if (record.due < 0) return
    const { requests, reasons, latency, lag } = this.kinds[record.kind]
    requests.sent++
    requests[record.outcome]++
    if (record.reason === notSent) this.unsent++
    else lag.add(record.sent - record.due)
    if (record.outcome === 'completed') latency.add(record.ended - record.due)
    else count(reasons, record.reason ?? `status ${record.status}`)
    if (record.kind === 'task') this.#addTask(record)
  }

  #sawDue(due: number): void {
    this.#latestDue = due
    if (this.trial.durationMs !== null) return
    const still = this.#waiting.findIndex(({ ended }) => ended > due)
    const inTime = this.#waiting.splice(0, still < 0 ? this.#waiting.length : still)
    for (const record of inTime) this.#addInTime(record)
  }

  #addResult(record: RequestRecord): void {
    this.completedInAll++
    this.#addParts(record)
    if (record.ended < 0) return
    if (record.ended <= this.durationMs) this.#addInTime(record)
    else if (this.trial.durationMs === null) this.#waiting.push(record)
  }

  /** The run ended about when its client had the result: what comes after it is the same for all. */
  #addParts({ due, ended, waitMs, runMs }: RequestRecord): void {
    if (runMs === undefined) return
    this.atOnce.add(ended, runMs)
    if (due < 0 || waitMs === undefined) return
    this.wait.add(waitMs)
    this.overhead.add(ended - due - waitMs - runMs)
  }

  #addInTime({ due, ended }: RequestRecord): void {
    this.completedInTime++
    if (ended - due <= this.#deadlineMs) this.good++
    this.#countAt(this.completed, ended)
  }

  #addTask(record: RequestRecord): void {
    const { due, accepted, started, server, worker, runMs } = record
    if (accepted !== null) this.accepted.add(accepted - due)
    if (started !== null) this.started.add(started - due)
    if (runMs !== undefined) this.run.add(runMs)
    if (server !== undefined) count(this.servers, server)
    if (worker !== undefined) count(this.workers, worker)
    this.#countAt(this.offered, due)
  }

  #countAt(counts: number[], at: number): void {
    const index = this.#stretches.findLastIndex(({ fromMs }) => fromMs <= at)
    if (index >= 0) counts[index] = (counts[index] ?? 0) + 1
  }

  /** Takes less memory from now on. */
  pack(): void {
    const { task, bystander } = this.kinds
    for (const each of [task.latency, task.lag, bystander.latency, bystander.lag]) each.pack()
    for (const each of [this.accepted, this.started, this.run, this.wait, this.overhead])
      each.pack()
  }

  summary(): TrialSummary {
    const { trial, kinds, unsent, durationMs } = this
    const { task, bystander } = kinds
    const latencyMs = task.latency.percentiles()
    const bystanderMs = bystander.latency.percentiles()
    const lag = { task: task.lag.percentiles(), bystander: bystander.lag.percentiles() }
    const latency = { task: latencyMs, bystander: bystanderMs }
    return {
      index: trial.index,
      repetition: trial.repetition,
      startedAt: trial.startedAt,
      state: trial.state,
      durationMs,
      void: whyVoid(trial, { unsent, lag, latency }),
      requests: task.requests,
      latencyMs,
      throughputPerS: perS(this.completedInTime, durationMs),
      goodputPerS: perS(this.good, durationMs),
      bystanderMs: bystander.requests.sent > 0 ? bystanderMs : null,
    }
  }
}

/** 0 where there was no time. */
export function perS(number: number, ms: number): number {
  return ms > 0 ? (number * 1000) / ms : 0
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

function aKind(): KindTally {
  return {
    requests: { sent: 0, completed: 0, failed: 0, refused: 0 },
    reasons: new Map(),
    latency: new Latencies(),
    lag: new Latencies(),
  }
}
