import type { RequestRecord } from '../records/record.ts'
import type { Trial } from '../records/run.ts'
import { Latencies } from './latencies.ts'
import type { Requests, TrialSummary } from './schema.ts'
import { whyVoid } from './void.ts'

/** A stretch of a trial in which the offered rate was one. */
export interface Stretch {
  fromMs: number
  toMs: number
}

/** Of requests of one kind. */
export interface KindTally {
  requests: Requests
  latency: Latencies
  lag: Latencies
}

/**
 * All that is counted of one trial, in an amount of memory that does not depend on how many requests
 * there were. Requests of the warm-up are not to be added.
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
  readonly reasons = new Map<string, number>()
  readonly servers = new Map<string, number>()
  readonly workers = new Map<string, number>()
  /** Completed while requests were due. */
  completedInTime = 0
  /** Completed within the deadline, whenever. */
  good = 0
  /** By stretch. */
  readonly offered: number[]
  readonly completed: number[]
  readonly #stretches: readonly Stretch[]
  readonly #deadlineMs: number

  constructor(trial: Trial, stretches: readonly Stretch[], deadlineMs: number) {
    this.trial = trial
    this.#stretches = stretches
    this.#deadlineMs = deadlineMs
    this.offered = stretches.map(() => 0)
    this.completed = stretches.map(() => 0)
  }

  add(record: RequestRecord): void {
    const { requests, latency, lag } = this.kinds[record.kind]
    requests.sent++
    requests[record.outcome]++
    lag.add(record.sent - record.due)
    const isCompleted = record.outcome === 'completed'
    if (isCompleted) latency.add(record.ended - record.due)
    if (record.kind === 'task') this.#addTask(record, isCompleted)
  }

  #addTask(record: RequestRecord, isCompleted: boolean): void {
    const { due, accepted, started, ended, server, worker, runMs } = record
    if (accepted !== null) this.accepted.add(accepted - due)
    if (started !== null) this.started.add(started - due)
    if (runMs !== undefined) this.run.add(runMs)
    if (server !== undefined) count(this.servers, server)
    if (worker !== undefined) count(this.workers, worker)
    this.#countAt(this.offered, due)
    if (!isCompleted) {
      count(this.reasons, record.reason ?? `status ${record.status}`)
      return
    }
    if (ended - due <= this.#deadlineMs) this.good++
    if (ended > this.trial.durationMs) return
    this.completedInTime++
    this.#countAt(this.completed, ended)
  }

  #countAt(counts: number[], at: number): void {
    const index = this.#stretches.findLastIndex(({ fromMs }) => fromMs <= at)
    if (index >= 0) counts[index] = (counts[index] ?? 0) + 1
  }

  /** Takes less memory from now on. */
  pack(): void {
    const { task, bystander } = this.kinds
    for (const each of [task.latency, task.lag, bystander.latency, bystander.lag]) each.pack()
    for (const each of [this.accepted, this.started, this.run]) each.pack()
  }

  summary(): TrialSummary {
    const { trial, kinds } = this
    const { task, bystander } = kinds
    const latencyMs = task.latency.percentiles()
    const bystanderMs = bystander.latency.percentiles()
    const lag = { task: task.lag.percentiles(), bystander: bystander.lag.percentiles() }
    return {
      index: trial.index,
      repetition: trial.repetition,
      startedAt: trial.startedAt,
      void: whyVoid(trial, { lag, latency: { task: latencyMs, bystander: bystanderMs } }),
      requests: task.requests,
      latencyMs,
      throughputPerS: perS(this.completedInTime, trial.durationMs),
      goodputPerS: perS(this.good, trial.durationMs),
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
    latency: new Latencies(),
    lag: new Latencies(),
  }
}
