import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lateAt } from './lateness.ts'
import type { Figure, Percentiles } from './schema.ts'

const of = (p50: number, p90: number, p99: number | null, max: number): Percentiles => ({
  count: 200,
  mean: p50,
  p50,
  p90,
  p99,
  p999: null,
  max,
})
const none: Percentiles = { ...of(0, 0, null, 0), count: 0, p50: null, p90: null, max: null }

describe('figures of latency that may be as high as they are for lag:', () => {
  for (const [what, lag, latency, late] of [
    ['none, where all was in time', of(0.1, 0.2, 1, 3), of(1, 2, 4, 9), []],
    ['those at the same percentile', of(0.1, 0.2, 12, 35), of(1, 2, 14, 47), ['p99', 'max']],
    ['not where lag is 10 ms', of(0.1, 0.2, 10, 10), of(1, 2, 14, 47), []],
    ['not where it is a tenth', of(1, 2, 50, 99), of(1, 2, 500, 990), []],
    ['but where it is just above', of(1, 2, 50.1, 100), of(1, 2, 500, 990), ['p99', 'max']],
    ['not at percentiles that are not known', of(1, 2, 50, 99), of(1, 2, null, 400), ['max']],
    ['nothing of what never completed', of(99, 99, 99, 99), none, []],
  ] as [string, Percentiles, Percentiles, Figure[]][])
    it(what, () => assert.deepEqual(lateAt(lag, latency), late))
})
