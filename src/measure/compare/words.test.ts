import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareConditions } from './compare.ts'
import type { Comparison } from './comparison.ts'
import { conditionWith, tenMedians, times } from './condition.fixture.ts'
import { change, share, size, value } from './figures.ts'
import { defaults } from './options.ts'
import { comparisonText, verdictLine } from './words.ts'

const slower: Comparison = {
  ...compareConditions(conditionWith(tenMedians), conditionWith(times(1.12)), {
    ...defaults,
    paired: true,
    warmUpMs: { a: 5000, b: 5000 },
    resamples: 500,
  }),
  names: {
    a: { key: 'queue-3-servers', label: 'queue, 3 servers' },
    b: { key: 'thread-3-servers', label: 'thread, 3 servers' },
  },
  verdict: 'slower',
  a: 610,
  b: 683,
  ratio: 1.12,
  interval: [1.08, 1.17],
}

for (const [changes, line] of [
  [
    {},
    'queue, 3 servers → thread, 3 servers: 12% slower at the median (p50 610 ms → 683 ms; 99% interval +8% to +17%, 10 pairs)',
  ],
  [
    { verdict: 'noise', ratio: 1.008, interval: [0.979, 1.039], b: 614.88 },
    'queue, 3 servers → thread, 3 servers: noise: +0.8% at the median (p50 610 ms → 615 ms; 99% interval −2.1% to +3.9%, 10 pairs)',
  ],
  [
    { verdict: 'faster', ratio: 0.19, interval: [0.18, 0.2], b: 116, pairs: null },
    'queue, 3 servers → thread, 3 servers: 5.26 times faster at the median (p50 610 ms → 116 ms; 99% interval ÷5.56 to ÷5, 10 and 10 trials)',
  ],
  [
    {
      verdict: 'slower',
      metric: 'throughput',
      ratio: 0.9,
      interval: [0.85, 0.95],
      a: 12,
      b: 10.8,
      confidence: 0.95,
    },
    'queue, 3 servers → thread, 3 servers: 10% slower in throughput (throughput 12/s → 10.8/s; 95% interval −15% to −5%, 10 pairs)',
  ],
  [
    { verdict: 'unknown', reasons: ['nothing of B completed'] },
    'queue, 3 servers → thread, 3 servers: unknown: nothing of B completed',
  ],
] as const satisfies readonly [object, string][])
  test(`it is said: ${line}`, () => {
    assert.equal(verdictLine({ ...slower, ...(changes as Partial<Comparison>) }), line)
  })

test('below the verdict stand the reasons, and all metrics that are known, in columns', () => {
  const text = comparisonText({
    ...slower,
    reasons: ['B failed 0% of its requests, A 12%'],
    metrics: [
      { ...slower, metric: 'p50' },
      { ...slower, metric: 'p99', a: null, b: null, ratio: null, interval: null },
      { ...slower, metric: 'bystander-p99', a: 9.3, b: 1234, ratio: 132.7, interval: null },
    ],
  })
  assert.equal(
    text,
    `${verdictLine(slower)}
  B failed 0% of its requests, A 12%
                        A       B  B to A  99% interval
  › p50            610 ms  683 ms    +12%   +8% to +17%
    bystander p99  9.3 ms  1.23 s    ×133             —
`,
  )
})

for (const [ratio, words] of [
  [1.0004, '±0%'],
  [0.9996, '±0%'],
  [1.0996, '+10%'],
  [0.988, '−1.2%'],
  [1.996, '+100%'],
  [2, '×2'],
  [0.5, '÷2'],
  [0.51, '−49%'],
] as const)
  test(`a ratio of ${ratio} is written ${words}`, () => {
    assert.equal(change(ratio), words)
  })

test('figures are rounded to what matters', () => {
  assert.equal(value(0.5218, 'ms'), '0.522 ms')
  assert.equal(value(999.6, 'ms'), '1 s')
  assert.equal(value(null, 'ms'), '—')
  assert.equal(share(0.004), '0.4%')
  assert.equal(share(0.999), '99.9%')
  assert.equal(share(0.1249), '12%')
  assert.equal(size(0.8), '20%')
  assert.equal(size(3), '3 times')
})
