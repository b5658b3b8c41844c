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
 * what was measured is its own slowness. Null: they may be used. By the 99th percentiles of each kind
 * of request, or the maximum where a sample is too small for these.
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
  const late = worst(lag)
  const took = worst(latency)
  if (late === null || late.ms <= toleratedLagMs) return null
  if (took === null) return `up to ${duration(late.ms)} late (${late.name}), and none completed`
  if (late.ms <= toleratedShare * took.ms) return null
  const share = rounded((100 * late.ms) / took.ms)
  return `up to ${duration(late.ms)} late (${late.name}), ${share}% of their latency of ${duration(took.ms)} (${took.name})`
}

function worst({ p99, max }: Percentiles): { ms: number; name: string } | null {
  if (p99 !== null) return { ms: p99, name: 'p99' }
  return max === null ? null : { ms: max, name: 'maximum' }
}
