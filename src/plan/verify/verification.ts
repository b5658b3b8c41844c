import { Latencies } from '../../measure/summary/latencies.ts'
import type { ConditionSummary, LatencyParts } from '../../measure/summary/schema.ts'
import type { Profile } from '../fit/profile.ts'
import type { HeldOut } from './held-out.ts'
import type { Expected, ForeSeen } from './predict.ts'

/** Predicted beside measured: what `plan --verify` prints as JSON. Times are milliseconds. */
export interface Verification {
  format: 1
  task: string
  params: Record<string, unknown>
  machine: Profile['machine']
  /** Ids of the runs that the profile was fitted from, and of those that it was checked against. */
  fittedFrom: string[]
  checkedBy: string[]
  settings: VerifiedSetting[]
  /** Of all figures of all settings that can be used; null of none. */
  error: { median: number; worst: number; figures: number } | null
  /** The same with the times that tasks took in these runs: what is left is the model's, not the machine's. */
  adjusted: { median: number; worst: number; figures: number } | null
  /** What stands out, in words. */
  notes: string[]
}

export interface VerifiedSetting extends HeldOut {
  /** Counted requests; how many of them were refused or failed. */
  requests: number
  notCompleted: number
  /** Why it cannot be used: it was void; null: it can. */
  void: string | null
  p50: Checked
  p95: Checked
  /**
   * Time that a task takes alone, by all that ran in this trial at the fitted speeds: how fast the machine was. Null
   * where too few ran to tell.
   */
  aloneMs: { predicted: number; measured: number | null }
}

export interface Checked {
  predicted: Expected
  measured: number | null
  /** predicted / measured − 1 */
  error: number | null
  /** The same, with the time that a task took alone then; null where that is not known. */
  adjustedError: number | null
}

/** What was measured of a setting. */
export interface Measured {
  p50: number | null
  p95: number | null
  /** See `LatencyParts.atOnce`: how fast the machine was; null: it cannot be seen. */
  atOnce: LatencyParts['atOnce']
  requests: number
  notCompleted: number
  void: string | null
}

export function measuredOf({ histogram, parts, requests, void: why }: ConditionSummary): Measured {
  const found = new Map(
    Latencies.decode(histogram)
      .valuesAt([0.5, 0.95])
      .map(({ quantile, ms }) => [quantile, ms]),
  )
  return {
    p50: found.get(0.5) ?? null,
    p95: found.get(0.95) ?? null,
    atOnce: parts?.atOnce ?? null,
    requests: requests.sent,
    notCompleted: requests.sent - requests.completed,
    void: why,
  }
}

/** @param adjust predicts the same setting with so many times the work */
export function checkSetting(
  setting: HeldOut,
  foreseen: ForeSeen,
  measured: Measured,
  adjust: (factor: number) => ForeSeen,
): VerifiedSetting {
  const aloneMs = foreseen.aloneMs
  const measuredMs = aloneMsOf(measured.atOnce, foreseen.speedAmong)
  const adjusted = measuredMs === null ? null : adjust(measuredMs / aloneMs)
  const check = (figure: 'p50' | 'p95'): Checked => ({
    predicted: foreseen[figure],
    measured: measured[figure],
    error: errorOf(foreseen[figure].ms, measured[figure]),
    adjustedError: adjusted === null ? null : errorOf(adjusted[figure].ms, measured[figure]),
  })
  return {
    ...setting,
    requests: measured.requests,
    notCompleted: measured.notCompleted,
    void: measured.void,
    p50: check('p50'),
    p95: check('p95'),
    aloneMs: { predicted: aloneMs, measured: measuredMs },
  }
}

/** Of fewer, chance says more than the machine. */
const leastResults = 30

/** The work of a result: the time of all that ran, each at the speed that it has among so many. */
function aloneMsOf(
  atOnce: LatencyParts['atOnce'],
  speedAmong: (running: number) => number,
): number | null {
  if (atOnce === null || atOnce.results < leastResults) return null
  const work = atOnce.ms.reduce(
    (sum, ms, running) => (running === 0 ? sum : sum + running * ms * speedAmong(running)),
    0,
  )
  return work / atOnce.results
}

function errorOf(predicted: number, measured: number | null): number | null {
  return measured === null || measured === 0 ? null : predicted / measured - 1
}

/** Of settings that can be used. */
export function errorsOf(
  settings: readonly VerifiedSetting[],
  of: (checked: Checked) => number | null,
): Verification['error'] {
  const errors = settings
    .filter((setting) => setting.void === null)
    .flatMap(({ p50, p95 }) => [of(p50), of(p95)])
    .filter((error) => error !== null)
    .map(Math.abs)
    .toSorted((a, b) => a - b)
  const worst = errors.at(-1)
  if (worst === undefined) return null
  const middle = errors.length / 2
  const median = (errors[Math.ceil(middle) - 1]! + errors[Math.floor(middle)]!) / 2
  return { median, worst, figures: errors.length }
}
