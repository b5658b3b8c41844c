import type { RequestRecord } from '../records/record.ts'
import type { Trial } from '../records/run.ts'
import { duration, rounded } from './figures.ts'
import type { Percentiles } from './schema.ts'

type PerKind = Record<RequestRecord['kind'], Percentiles>

/** A generator may be this late, in milliseconds: no less can be had of timers on a busy machine. */
const toleratedLagMs = 10
/** And it may have this share in the latency that is measured. */
const toleratedShare = 0.1
/** Cores. It has one; near its end, it measures itself. */
const toleratedCpu = 0.95

const otherwise = 'lower the rate, or run the generator on another machine'

/**
 * Why the figures of a trial must not be used, in words for people: the generator could not keep up, so
 * what was measured is its own slowness. Null: they may be used.
 *
 * It is judged by the 90th percentiles of each kind of request, or what a smaller sample supports. A
 * generator that shares its machine with busy cores is late now and then without having fallen behind:
 * that stands in the summary as its lag, and the verdict says it.
 */
export function whyVoid(
  { generator }: Trial,
  { lag, latency }: { lag: PerKind; latency: PerKind },
): string | null {
  if (generator.unsent > 0) {
    const requests = generator.unsent === 1 ? 'request was' : 'requests were'
    return (
      `${generator.unsent} ${requests} due but never sent, because ${generator.openMax} were open already, ` +
      'as many as may be; lower the rate, or let clients give up sooner'
    )
  }
  for (const kind of ['task', 'bystander'] as const) {
    const late = isLate(lag[kind], latency[kind])
    if (late !== null) return `${kind} requests were sent ${late}; ${otherwise}`
  }
  if (generator.cpu >= toleratedCpu)
    return `the generator used ${rounded(generator.cpu)} of the one core that it can use; ${otherwise}`
  return null
}

function isLate(lag: Percentiles, latency: Percentiles): string | null {
  const at = highest(lag)
  const lateMs = lag[at]
  if (lateMs === null || lateMs <= toleratedLagMs) return null
  const late = `up to ${duration(lateMs)} late (${at})`
  const tookMs = latency[at] ?? latency.max
  if (tookMs === null) return `${late}, and none completed`
  if (lateMs <= toleratedShare * tookMs) return null
  const share = rounded((100 * lateMs) / tookMs)
  return `${late}, ${share}% of their latency of ${duration(tookMs)}`
}

function highest({ p90, p50 }: Percentiles): 'p90' | 'p50' | 'max' {
  if (p90 !== null) return 'p90'
  return p50 === null ? 'max' : 'p50'
}
