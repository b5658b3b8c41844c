import type { Condition } from '../scenario/schema.ts'
import { cpuOf } from './cpu.ts'
import { Latencies } from './latencies.ts'
import { lateAt } from './lateness.ts'
import { QueueDepth } from './queue-depth.ts'
import type { ConditionSummary, LatencyParts, Percentiles, Requests } from './schema.ts'
import { perS, type Stretch, type TrialTally } from './trial-tally.ts'

/** What was counted of one trial. */
export interface Counted {
  tally: TrialTally
  queue: QueueDepth
}

/**
 * Sums up the trials of a condition (at least one): percentiles over all their requests together, rates
 * as their mean by time. Void trials are left out, unless all are void: then the condition is.
 */
export function summariseCondition(
  condition: Condition,
  trials: readonly Counted[],
  { stretches, deadlineMs }: { stretches: readonly Stretch[]; deadlineMs: number },
): ConditionSummary {
  const summaries = trials.map(({ tally }) => tally.summary())
  const isVoid = summaries.every((trial) => trial.void !== null)
  const used = isVoid ? trials : trials.filter((_, index) => summaries[index]?.void === null)
  const tallies = used.map(({ tally }) => tally)
  const ms = sum(tallies.map(({ durationMs }) => durationMs))

  const requests = requestsOf(tallies.map(({ kinds }) => kinds.task.requests))
  const bystander = requestsOf(tallies.map(({ kinds }) => kinds.bystander.requests))
  const latency = merged(tallies.map(({ kinds }) => kinds.task.latency))
  const lags = {
    task: merged(tallies.map(({ kinds }) => kinds.task.lag)),
    bystander: merged(tallies.map(({ kinds }) => kinds.bystander.lag)),
  }
  const latencyMs = latency.percentiles()
  const bystanderMs = merged(tallies.map(({ kinds }) => kinds.bystander.latency)).percentiles()
  return {
    key: condition.key,
    label: condition.label,
    executor: condition.executor,
    servers: condition.servers,
    workers: condition.workers,
    version: condition.version,
    rate: condition.rate,
    void: isVoid ? (summaries[0]?.void ?? null) : null,
    requests,
    reasons: totals(tallies.map(({ kinds }) => kinds.task.reasons)),
    latencyMs,
    acceptedMs: ifAny(merged(tallies.map(({ accepted }) => accepted))),
    startedMs: ifAny(merged(tallies.map(({ started }) => started))),
    runMs: ifAny(merged(tallies.map(({ run }) => run))),
    parts: partsOf(condition, tallies),
    offeredPerS: perS(requests.sent, ms),
    throughputPerS: perS(sum(tallies.map(({ completedInTime }) => completedInTime)), ms),
    goodputPerS: perS(sum(tallies.map(({ good }) => good)), ms),
    deadlineMs,
    load: loadOf(tallies, stretches),
    lateAt: lateAt(lags.task.percentiles(), latencyMs),
    bystander:
      bystander.sent > 0
        ? {
            requests: bystander,
            reasons: totals(tallies.map(({ kinds }) => kinds.bystander.reasons)),
            latencyMs: bystanderMs,
            lateAt: lateAt(lags.bystander.percentiles(), bystanderMs),
          }
        : null,
    lagMs: merged([lags.task, lags.bystander]).percentiles(),
    generatorCpu: meanOf(tallies.flatMap(({ trial }) => trial.generator?.cpu ?? [])),
    cpu: cpuOf(
      tallies.map(({ trial, completedInAll }) => ({ cpu: trial.cpu, completed: completedInAll })),
    ),
    shares: {
      servers: totals(tallies.map(({ servers }) => servers)),
      workers: totals(tallies.map(({ workers }) => workers)),
    },
    queueDepth: QueueDepth.of(used.map(({ queue }) => queue)),
    trials: summaries,
    histogram: latency.encode(),
  }
}

function partsOf(
  { executor, servers }: Condition,
  tallies: readonly TrialTally[],
): LatencyParts | null {
  const wait = merged(tallies.map((tally) => tally.wait))
  const overhead = merged(tallies.map((tally) => tally.overhead))
  if (wait.count === 0) return null
  const atOnce = atOnceOf(tallies)
  const loops = executor === 'event-loop' ? servers : null
  return {
    waitMs: wait.percentiles(),
    overheadMs: overhead.percentiles(),
    waitHistogram: wait.encode(),
    overheadHistogram: overhead.encode(),
    runHistogram: merged(tallies.map(({ run }) => run)).encode(),
    atOnce: executor !== 'event-loop' ? atOnce : loops === 1 ? onOneLoop(atOnce) : null,
  }
}

function atOnceOf(tallies: readonly TrialTally[]): NonNullable<LatencyParts['atOnce']> {
  const all = tallies.map((tally) => tally.atOnce.told(tally.durationMs))
  const most = Math.max(...all.map(({ ms }) => ms.length))
  const ms = Array.from({ length: most }, (_, running) =>
    sum(all.map((each) => each.ms[running] ?? 0)),
  )
  return { ms, results: sum(all.map(({ results }) => results)) }
}

/** A loop sends the answers of several tasks when it has done with the last: they seem to have run at once. */
function onOneLoop({ ms, results }: NonNullable<LatencyParts['atOnce']>): LatencyParts['atOnce'] {
  const busy = sum(ms.map((each, running) => running * each))
  return { ms: [Math.max(0, sum(ms) - busy), busy], results }
}

/** A stretch that no trial has reached is left out; one that was cut short counts as far as it went. */
function loadOf(
  tallies: readonly TrialTally[],
  stretches: readonly Stretch[],
): ConditionSummary['load'] {
  return stretches.flatMap(({ fromMs, toMs }, index) => {
    const ms = sum(
      tallies.map(({ durationMs }) => Math.max(0, Math.min(durationMs, toMs) - fromMs)),
    )
    if (ms === 0) return []
    const total = (counts: (tally: TrialTally) => number[]) =>
      sum(tallies.map((tally) => counts(tally)[index] ?? 0))
    return [
      {
        offeredPerS: perS(
          total(({ offered }) => offered),
          ms,
        ),
        throughputPerS: perS(
          total(({ completed }) => completed),
          ms,
        ),
      },
    ]
  })
}

function requestsOf(all: readonly Requests[]): Requests {
  const of = (field: keyof Requests) => sum(all.map((requests) => requests[field]))
  return {
    sent: of('sent'),
    completed: of('completed'),
    failed: of('failed'),
    refused: of('refused'),
  }
}

function merged(all: readonly Latencies[]): Latencies {
  const together = new Latencies()
  for (const each of all) together.merge(each)
  return together
}

function ifAny(latencies: Latencies): Percentiles | null {
  return latencies.count > 0 ? latencies.percentiles() : null
}

/** By name, `server-2` before `server-10`. */
function totals(all: readonly Map<string, number>[]): Record<string, number> {
  const total = new Map<string, number>()
  for (const counts of all)
    for (const [name, count] of counts) total.set(name, (total.get(name) ?? 0) + count)
  const byName = [...total].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
  return Object.fromEntries(byName)
}

/** 0 of none. */
function meanOf(numbers: readonly number[]): number {
  return numbers.length > 0 ? sum(numbers) / numbers.length : 0
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
