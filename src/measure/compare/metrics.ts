import type { TrialSummary } from '../summary/schema.ts'

export const metricNames = ['p50', 'p90', 'p99', 'mean', 'throughput', 'bystander-p99'] as const
export type MetricName = (typeof metricNames)[number]

/** One figure of a trial that can be compared. */
export interface Metric {
  unit: 'ms' | 'per s'
  better: 'lower' | 'higher'
  /** Null where the trial does not tell: too few requests for the percentile, or no bystander. */
  of(trial: TrialSummary): number | null
  /** In a sentence, after "slower": `at the median`. */
  where: string
  /** Before the values: `p50`. */
  short: string
}

/**
 * Latencies are from when a request was due until its result, of those that completed; throughput is
 * completed requests a second.
 */
export const metrics: Readonly<Record<MetricName, Metric>> = {
  p50: latency('p50', 'at the median'),
  p90: latency('p90', 'at the 90th percentile'),
  p99: latency('p99', 'at the 99th percentile'),
  mean: latency('mean', 'on average'),
  throughput: {
    unit: 'per s',
    better: 'higher',
    of: ({ throughputPerS }) => throughputPerS,
    where: 'in throughput',
    short: 'throughput',
  },
  'bystander-p99': {
    unit: 'ms',
    better: 'lower',
    of: ({ bystanderMs }) => bystanderMs?.p99 ?? null,
    where: "at the bystander's 99th percentile",
    short: 'bystander p99',
  },
}

function latency(name: 'p50' | 'p90' | 'p99' | 'mean', where: string): Metric {
  return {
    unit: 'ms',
    better: 'lower',
    of: ({ latencyMs }) => latencyMs[name],
    where,
    short: name,
  }
}
