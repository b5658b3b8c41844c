import { type BootstrapOptions, type Effect, pairedEffect, twoSampleEffect } from './bootstrap.ts'
import { centreOf } from './centre.ts'
import { needed } from './enough.ts'
import { type MetricName, metrics } from './metrics.ts'
import type { Trials } from './trials.ts'

/** How one metric has changed from A to B. */
export interface Change {
  metric: MetricName
  /** The centre of the trials, in the metric's unit: milliseconds, or a second. Null: not known. */
  a: number | null
  b: number | null
  /** B / A. Null where no trials could be compared. */
  ratio: number | null
  /** Of the ratio. Null where there are too few trials for one. */
  interval: [low: number, high: number] | null
  /** How many pairs it is reckoned from; null where trials make no pairs. */
  pairs: number | null
  /** How many trials of either it is reckoned from. */
  trials: { a: number; b: number }
}

/** Works on logs of the trials' values, so that the effect is a ratio. */
export function changeOf(
  metric: MetricName,
  used: Trials,
  options: BootstrapOptions & { paired: boolean },
): Change {
  const { a, b, differences } = logsOf(metric, used, options.paired)
  const change: Change = {
    metric,
    a: amountOf(a),
    b: amountOf(b),
    ratio: null,
    interval: null,
    pairs: differences?.length ?? null,
    trials: { a: a.length, b: b.length },
  }
  if (a.length === 0 || b.length === 0) return change
  if (!isEnough(change, options.confidence)) {
    const log = differences === null ? centreOf(b) - centreOf(a) : centreOf(differences)
    return { ...change, ratio: Math.exp(log) }
  }
  const effect: Effect =
    differences === null ? twoSampleEffect(a, b, options) : pairedEffect(differences, options)
  return {
    ...change,
    ratio: Math.exp(effect.estimate),
    interval: [Math.exp(effect.low), Math.exp(effect.high)],
  }
}

function isEnough({ trials, pairs }: Change, confidence: number): boolean {
  return Math.min(trials.a, trials.b) >= needed(pairs !== null, confidence)
}

interface Logs {
  a: number[]
  b: number[]
  /** b - a of each pair; null where there are no pairs. */
  differences: number[] | null
}

/** Of those trials that have a value, in pairs those of which both have. */
function logsOf(metric: MetricName, used: Trials, paired: boolean): Logs {
  const { of } = metrics[metric]
  const [a, b] = [used.a.map((trial) => logOf(of(trial))), used.b.map((trial) => logOf(of(trial)))]
  if (!paired) return { a: a.filter(isKnown), b: b.filter(isKnown), differences: null }
  const logs = { a: [] as number[], b: [] as number[], differences: [] as number[] }
  for (const [i, before] of a.entries()) {
    const after = b[i]
    if (!isKnown(before) || !isKnown(after)) continue
    logs.a.push(before)
    logs.b.push(after)
    logs.differences.push(after - before)
  }
  return logs
}

/** Null where there is none: nothing was measured, or nothing completed. */
function logOf(value: number | null): number | null {
  return value === null || !(value > 0) ? null : Math.log(value)
}

function isKnown(log: number | null | undefined): log is number {
  return log !== null && log !== undefined
}

/** What a trial is like, back from logs. */
function amountOf(logs: readonly number[]): number | null {
  return logs.length === 0 ? null : Math.exp(centreOf(logs))
}
