import { Latencies } from '../../measure/summary/latencies.ts'
import type { ConditionSummary } from '../../measure/summary/schema.ts'
import type { Profile } from '../fit/profile.ts'
import type { HeldOut } from './held-out.ts'
import type { Expected, ForeSeen } from './predict.ts'

/** Predicted beside measured: what `plan --verify` prints as JSON. Times are milliseconds. */
export interface Verification {
  format: 1
  task: string
  params: Record<string, unknown>
  machine: Profile['machine']
  /** Ids of the runs that the profiles were fitted from, and of those that these were checked against. */
  fittedFrom: string[]
  checkedBy: string[]
  settings: VerifiedSetting[]
  /** Of all figures of all settings that can be used; null of none. */
  error: { median: number; worst: number; figures: number } | null
  /**
   * The same with the work that each request was in these runs: the error of the model's queueing and overheads, given how
   * long tasks took. How long they would take, beside each other too, is not part of it.
   */
  replay: { median: number; worst: number; figures: number } | null
  /** What stands out, in words. */
  notes: string[]
}

export interface VerifiedSetting extends HeldOut {
  /** Counted requests of the rounds that can be used; how many of them were refused or failed. */
  requests: number
  notCompleted: number
  /** Why none of its rounds can be used: it was void; null: some can. */
  void: string | null
  rounds: VerifiedRound[]
  p50: Checked
  p95: Checked
  /** Time that a task takes alone, by all that ran at the fitted speeds; null where too few ran to tell. */
  aloneMs: { predicted: number; measured: number | null }
}

/** One trial of a setting, and what was predicted of it. */
export interface VerifiedRound extends Pick<Measured, 'requests' | 'notCompleted' | 'void'> {
  replayed: Round['replayed']
  p50: Pick<Checked, 'predicted' | 'measured'>
  p95: Pick<Checked, 'predicted' | 'measured'>
  aloneMs: VerifiedSetting['aloneMs']
}

/** Medians over the rounds that can be used. */
export interface Checked {
  predicted: Expected
  measured: number | null
  /** predicted / measured − 1 */
  error: number | null
  /** The same, with the work that each request was then; null where that is not known. */
  replayError: number | null
}

/** What was measured of a setting. */
export interface Measured {
  p50: number | null
  p95: number | null
  requests: number
  notCompleted: number
  void: string | null
}

export function measuredOf({ histogram, requests, void: why }: ConditionSummary): Measured {
  const found = new Map(
    Latencies.decode(histogram)
      .valuesAt([0.5, 0.95])
      .map(({ quantile, ms }) => [quantile, ms]),
  )
  return {
    p50: found.get(0.5) ?? null,
    p95: found.get(0.95) ?? null,
    requests: requests.sent,
    notCompleted: requests.sent - requests.completed,
    void: why,
  }
}

/** What was predicted of a trial, and what came. */
export interface Round {
  foreseen: ForeSeen
  measured: Measured
  /** See `worksOf`; null where too few are known. */
  worksMs: readonly number[] | null
  /** The same trial, with the work that each request was. */
  replayed: { p50: number; p95: number } | null
}

/**
 * The middle of several rounds, each predicted for itself: what befell the machine in one of them does not count.
 *
 * @param rounds at least one
 */
export function checkSetting(setting: HeldOut, rounds: readonly Round[]): VerifiedSetting {
  const sound = rounds.filter(({ measured }) => measured.void === null)
  const used = sound.length > 0 ? sound : rounds
  const check = (figure: 'p50' | 'p95'): Checked => {
    const expected = (of: 'ms' | 'low' | 'high') =>
      median(used.map(({ foreseen }) => foreseen[figure][of]))!
    const measured = median(used.map((each) => each.measured[figure]))
    const predicted = { ms: expected('ms'), low: expected('low'), high: expected('high') }
    // Rounds of which one is not known say nothing of the other.
    const replayed = used.filter((each) => each.replayed !== null)
    const again = median(replayed.map((each) => each.replayed![figure]))
    const then = median(replayed.map((each) => each.measured[figure]))
    return {
      predicted,
      measured,
      error: errorOf(predicted.ms, measured),
      replayError: again === null ? null : errorOf(again, then),
    }
  }
  const sum = (of: 'requests' | 'notCompleted') =>
    used.reduce((total, { measured }) => total + measured[of], 0)
  return {
    ...setting,
    requests: sum('requests'),
    notCompleted: sum('notCompleted'),
    void: sound.length > 0 ? null : rounds[0]!.measured.void,
    rounds: rounds.map(roundOf),
    p50: check('p50'),
    p95: check('p95'),
    aloneMs: {
      predicted: median(used.map(({ foreseen }) => foreseen.aloneMs))!,
      measured: median(used.map(({ worksMs }) => meanOf(worksMs))),
    },
  }
}

function roundOf({ foreseen, measured, worksMs, replayed }: Round): VerifiedRound {
  const { requests, notCompleted, void: why } = measured
  const figure = (of: 'p50' | 'p95') => ({ predicted: foreseen[of], measured: measured[of] })
  return {
    requests,
    notCompleted,
    void: why,
    replayed,
    p50: figure('p50'),
    p95: figure('p95'),
    aloneMs: { predicted: foreseen.aloneMs, measured: meanOf(worksMs) },
  }
}

function meanOf(values: readonly number[] | null): number | null {
  return values === null ? null : values.reduce((sum, value) => sum + value, 0) / values.length
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
  return worst === undefined ? null : { median: median(errors)!, worst, figures: errors.length }
}

/** Of those that are known; null of none. */
function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).toSorted((a, b) => a - b)
  if (known.length === 0) return null
  const middle = known.length / 2
  return (known[Math.ceil(middle) - 1]! + known[Math.floor(middle)]!) / 2
}
