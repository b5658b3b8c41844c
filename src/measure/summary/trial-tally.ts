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
  readonly reasons = new Map<string, number>()
  readonly servers = new Map<string, number>()
  readonly workers = new Map<string, number>()
  /** Completed while requests were due; and of these, within the deadline. */
  completedInTime = 0
  good = 0
  /** Completed, whenever, the warm-up's too. */
  completedInAll = 0
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
    if (record.kind === 'task' && record.outcome === 'completed') this.#addResult(record)
    if (record.due < 0) return
    const { requests, latency, lag } = this.kinds[record.kind]
    requests.sent++
    requests[record.outcome]++
    lag.add(record.sent - record.due)
    if (record.outcome === 'completed') latency.add(record.ended - record.due)
    if (record.kind === 'task') this.#addTask(record)
  }

  #addResult({ due, ended }: RequestRecord): void {
    this.completedInAll++
    if (ended < 0 || ended > this.trial.durationMs) return
    this.completedInTime++
    if (ended - due <= this.#deadlineMs) this.good++
    this.#countAt(this.completed, ended)
  }

  #addTask(record: RequestRecord): void {
    const { due, accepted, started, outcome, server, worker, runMs } = record
    if (accepted !== null) this.accepted.add(accepted - due)
    if (started !== null) this.started.add(started - due)
    if (runMs !== undefined) this.run.add(runMs)
    if (server !== undefined) count(this.servers, server)
    if (worker !== undefined) count(this.workers, worker)
    this.#countAt(this.offered, due)
    if (outcome !== 'completed') count(this.reasons, record.reason ?? `status ${record.status}`)
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
