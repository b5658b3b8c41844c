import type { Metric, Registry } from 'prom-client'

/**
 * Counters and histograms that are counted in plain numbers, and made into metrics at the scrape: what counts each
 * request and each job should cost next to nothing, and prom-client's own sort and join the labels every time.
 */

type Labels<Name extends string> = Record<Name, string | number>

interface Description<Name extends string> {
  name: string
  help: string
  /** In the order in which they are shown. */
  labelNames: readonly Name[]
}

export interface PlainCounter<Name extends string> {
  inc(labels: Labels<Name>, by?: number): void
}

export interface PlainHistogram<Name extends string> {
  observe(labels: Labels<Name>, value: number): void
}

export function plainCounter<Name extends string>(
  registry: Registry,
  { name, help, labelNames }: Description<Name>,
): PlainCounter<Name> {
  const cells = cellsBy(labelNames, () => ({ value: 0 }))
  register(registry, { name, help, type: 'counter' }, () =>
    cells.all().map(({ labels, cell: { value } }) => ({ labels, value })),
  )
  return {
    inc(labels, by = 1) {
      cells.of(labels).value += by
    },
  }
}

/** @param bounds upper bounds of the buckets, ascending */
export function plainHistogram<Name extends string>(
  registry: Registry,
  { name, help, labelNames }: Description<Name>,
  bounds: readonly number[],
): PlainHistogram<Name> {
  /** `counts`: how many were at most each bound, and above the one before; the last are above all. */
  const cells = cellsBy(labelNames, () => ({ counts: new Uint32Array(bounds.length + 1), sum: 0 }))
  register(registry, { name, help, type: 'histogram' }, () =>
    cells.all().flatMap(({ labels, cell }) => series(name, labels, cell, bounds)),
  )
  return {
    observe(labels, value) {
      const cell = cells.of(labels)
      let bucket = 0
      while (bucket < bounds.length && value > bounds[bucket]!) bucket++
      cell.counts[bucket]! += 1
      cell.sum += value
    },
  }
}

/** Something for each combination of labels that has been seen. */
function cellsBy<Name extends string, Cell>(labelNames: readonly Name[], make: () => Cell) {
  const cells = new Map<string, { labels: Labels<Name>; cell: Cell }>()
  return {
    all: () => [...cells.values()],
    of(labels: Labels<Name>): Cell {
      let key = ''
      for (const name of labelNames) key += `${labels[name]}\n`
      let known = cells.get(key)
      if (known === undefined) {
        known = { labels: { ...labels }, cell: make() }
        cells.set(key, known)
      }
      return known.cell
    },
  }
}

interface Value {
  labels: Record<string, string | number>
  value: number
  metricName?: string
}

/** Prometheus's histogram: each bucket counts all that were at most its bound. */
function series(
  name: string,
  labels: Record<string, string | number>,
  { counts, sum }: { counts: Uint32Array; sum: number },
  bounds: readonly number[],
): Value[] {
  const values: Value[] = []
  let sofar = 0
  for (const [index, le] of [...bounds, '+Inf'].entries()) {
    sofar += counts[index] ?? 0
    values.push({ metricName: `${name}_bucket`, labels: { le, ...labels }, value: sofar })
  }
  values.push({ metricName: `${name}_sum`, labels, value: sum })
  values.push({ metricName: `${name}_count`, labels, value: sofar })
  return values
}

function register(
  registry: Registry,
  description: { name: string; help: string; type: 'counter' | 'histogram' },
  values: () => Value[],
): void {
  const metric = {
    ...description,
    get: async () => ({ ...description, aggregator: 'sum', values: values() }),
    reset() {},
  }
  registry.registerMetric(metric as unknown as Metric)
}
