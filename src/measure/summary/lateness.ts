import type { Figure, Percentiles } from './schema.ts'

/** A generator may be this late, in milliseconds: no less can be had of timers on a busy machine. */
export const toleratedLagMs = 10
/** And it may have this share in the latency that is measured. */
const toleratedShare = 0.1

/** Before such a figure, wherever it is written. */
export const noMoreThan = '≤'

const figures = ['p50', 'p90', 'p99', 'p999', 'max'] as const satisfies Figure[]

/** More than 10 ms and more than a tenth of a latency may be lag. */
export function isFelt(lagMs: number, latencyMs: number): boolean {
  return lagMs > toleratedLagMs && lagMs > toleratedShare * latencyMs
}

/**
 * Of one kind of request, the figures of latency that may be as high as they are because requests were
 * sent late, each judged by the same figure of the lag. Nobody knows whether the late ones were the slow
 * ones; the true figure is no higher, for latency counts from when a request was due.
 */
export function lateAt(lag: Percentiles, latency: Percentiles): Figure[] {
  return figures.filter((name) => {
    const [late, took] = [lag[name], latency[name]]
    return late !== null && took !== null && isFelt(late, took)
  })
}
