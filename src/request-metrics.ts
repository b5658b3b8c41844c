import type { Metric, Registry } from 'prom-client'

/** The metrics of requests: they are counted in plain numbers, and made into metrics at the scrape. */
export interface RequestMetrics {
  count(method: string, route: string, status: number, ms: number): void
}

interface Durations {
  /** How many took at most as long as each bound, and no shorter bound. */
  counts: Uint32Array
  sumS: number
  total: number
}

/** @param boundsS upper bounds of the histogram's buckets, in seconds, ascending */
export function createRequestMetrics(registry: Registry, boundsS: number[]): RequestMetrics {
  const requests = new Map<string, number>()
  const durations = new Map<string, Durations>()

  register(registry, 'unblock_http_requests_total', 'counter', {
    help: 'Requests answered, by method, route and status',
    values: () =>
      [...requests].map(([key, value]) => {
        const [method = '', status = '', route = ''] = key.split(' ')
        return { labels: { method, route, status }, value }
      }),
  })
  const histogram = 'unblock_http_request_duration_seconds'
  register(registry, histogram, 'histogram', {
    help: 'Time from the arrival of a request to the end of its answer',
    values: () =>
      [...durations].flatMap(([route, each]) => series(histogram, route, each, boundsS)),
  })

  return {
    count(method, route, status, ms) {
      const key = `${method} ${status} ${route}`
      requests.set(key, (requests.get(key) ?? 0) + 1)
      let of = durations.get(route)
      if (of === undefined) {
        of = { counts: new Uint32Array(boundsS.length + 1), sumS: 0, total: 0 }
        durations.set(route, of)
      }
      const seconds = ms / 1000
      let bucket = 0
      while (bucket < boundsS.length && seconds > boundsS[bucket]!) bucket++
      of.counts[bucket]! += 1
      of.sumS += seconds
      of.total++
    },
  }
}

interface Value {
  labels: Record<string, string | number>
  value: number
  metricName?: string
}

/** Prometheus's histogram: each bucket counts all that took at most as long. */
function series(name: string, route: string, { counts, sumS, total }: Durations, bounds: number[]) {
  const values: Value[] = []
  let sofar = 0
  for (const [index, le] of [...bounds, '+Inf'].entries()) {
    sofar += counts[index] ?? 0
    values.push({ metricName: `${name}_bucket`, labels: { le, route }, value: sofar })
  }
  values.push({ metricName: `${name}_sum`, labels: { route }, value: sumS })
  values.push({ metricName: `${name}_count`, labels: { route }, value: total })
  return values
}

/** A metric whose values are made when they are asked for. */
function register(
  registry: Registry,
  name: string,
  type: 'counter' | 'histogram',
  { help, values }: { help: string; values: () => Value[] },
): void {
  const metric = {
    name,
    help,
    type,
    get: async () => ({ name, help, type, aggregator: 'sum', values: values() }),
    reset() {},
  }
  registry.registerMetric(metric as unknown as Metric)
}
