import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { UsageError } from '../../usage-error.ts'
import { beyond, isSupported, Latencies } from './latencies.ts'

const of = (durations: readonly number[]) => {
  const latencies = new Latencies()
  for (const ms of durations) latencies.add(ms)
  return latencies
}

/** The definition itself: the smallest value with at least this share of all at or below it. */
const nearestRank = (sorted: readonly number[], thousandths: number) =>
  sorted[Math.ceil((sorted.length * thousandths) / 1000) - 1] ?? Number.NaN

const isClose = (stated: number, exact: number, roundedMs = 0) =>
  Math.abs(stated - exact) <= Math.max(exact * 0.001, 0.000_5) + roundedMs + 1e-9

const durations = fc.array(
  fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 100, noNaN: true }),
    fc.double({ min: 0, max: 3_600_000, noNaN: true }),
  ),
  { minLength: 1, maxLength: 3000 },
)

describe('Latencies', () => {
  it('states percentiles within 0.1% of what sorting finds, and no others', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const sorted = values.toSorted((a, b) => a - b)
        const { count, mean, max, ...quantiles } = of(values).percentiles()
        assert.equal(count, values.length)
        assert.ok(Math.abs((max ?? Number.NaN) - (sorted.at(-1) ?? 0)) <= 0.000_501)
        const sum = values.reduce((total, ms) => total + ms, 0)
        assert.ok(Math.abs((mean ?? Number.NaN) - sum / count) <= 0.000_501 + 1e-9 * sum)
        for (const [name, thousandths] of [
          ['p50', 500],
          ['p90', 900],
          ['p99', 990],
          ['p999', 999],
        ] as const) {
          const stated = quantiles[name]
          const supported = count * (1000 - thousandths) >= 1000
          assert.equal(stated !== null, supported, `${name} of ${count}`)
          if (stated !== null)
            assert.ok(isClose(stated, nearestRank(sorted, thousandths)), `${name} ${stated}`)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('is the same whether all were added to one, or to several that were merged or packed', () => {
    fc.assert(
      fc.property(durations, fc.nat(), fc.boolean(), (values, cut, packed) => {
        const at = cut % (values.length + 1)
        const first = of(values.slice(0, at))
        const second = of(values.slice(at))
        if (packed) for (const each of [first, second]) each.pack()
        first.merge(second)
        const { mean, ...exactly } = first.percentiles()
        const { mean: meanOfAll, ...ofAll } = of(values).percentiles()
        assert.deepEqual(exactly, ofAll)
        assert.ok(Math.abs((mean ?? 0) - (meanOfAll ?? 0)) <= 1e-9 * (meanOfAll ?? 0))
      }),
      { numRuns: 50 },
    )
  })

  it('says the same after its way through text, mean and maximum to within 0.1%', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const before = of(values)
        const after = Latencies.decode(before.encode())
        const { mean, max, ...same } = before.percentiles()
        const { mean: meanAfter, max: maxAfter, ...sameAfter } = after.percentiles()
        assert.equal(sameAfter.count, same.count)
        for (const name of ['p50', 'p90', 'p99', 'p999'] as const)
          assert.ok(isClose(sameAfter[name] ?? 0, same[name] ?? 0), name)
        // Both are rounded to a microsecond, so that two of 10.4 and 10.6 are one apart.
        assert.ok(isClose(meanAfter ?? Number.NaN, mean ?? 0, 0.001))
        assert.ok(isClose(maxAfter ?? Number.NaN, max ?? 0, 0.001))
        assert.equal(after.encode(), before.encode())
      }),
      { numRuns: 50 },
    )
  })

  it('goes on after it was packed away, as if it had not been', () => {
    const latencies = of([1, 2, 3])
    latencies.pack()
    latencies.pack()
    latencies.add(4)
    assert.deepEqual(latencies.percentiles(), of([1, 2, 3, 4]).percentiles())
  })

  it('knows of nothing where nothing was added', () => {
    const none = { count: 0, mean: null, p50: null, p90: null, p99: null, p999: null, max: null }
    assert.deepEqual(new Latencies().percentiles(), none)
    assert.deepEqual(Latencies.decode(new Latencies().encode()).percentiles(), none)
    assert.deepEqual(new Latencies().valuesAt([0.5, 1]), [])
  })

  it('counts what was early as 0', () => {
    assert.deepEqual(of([-1, -0.2]).percentiles(), {
      count: 2,
      mean: 0,
      p50: 0,
      p90: null,
      p99: null,
      p999: null,
      max: 0,
    })
  })

  it('gives values at quantiles in their order, up to what the sample supports, and the maximum', () => {
    const latencies = of(Array.from({ length: 100 }, (_, n) => n + 1))
    // 50 ms shares its bucket with 49.984 to 50.015 ms, whose middle stands for it.
    assert.deepEqual(latencies.valuesAt([0.5, 0, 0.99, 1, 0.995]), [
      { quantile: 0, ms: 1 },
      { quantile: 0.5, ms: 49.9995 },
      { quantile: 0.99, ms: 98.9755 },
      { quantile: 1, ms: 100 },
    ])
  })

  it('takes no text for a histogram that is none', () => {
    for (const text of ['', 'HISTFAAAABp', 'not base64!', 'AAAAAAAAAAAAAAAA'])
      assert.throws(() => Latencies.decode(text), UsageError, text)
  })
})

describe('a percentile is supported where a value lies beyond', () => {
  for (const [count, quantile, expected] of [
    [1, 0.5, false],
    [2, 0.5, true],
    [9, 0.9, false],
    [10, 0.9, true],
    [99, 0.99, false],
    [100, 0.99, true],
    [999, 0.999, false],
    [1000, 0.999, true],
    [0, 0.5, false],
    [5, 1, false],
  ] as const)
    it(`${count} values, ${quantile}: ${expected ? 'yes' : 'no'}`, () => {
      assert.equal(isSupported(count, quantile), expected)
    })

  it('is reckoned without float trouble for every multiple', () => {
    for (let n = 1; n <= 20_000; n++) {
      assert.equal(beyond(n * 1000, 0.999), n)
      assert.equal(beyond(n * 100, 0.99), n)
      assert.equal(beyond(n * 10 - 1, 0.9), n - 1)
    }
  })
})
