import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linearScale, logScale, niceStep, percentileScale, type Scale } from './scale.ts'

const extent = { from: 0, to: 400 }
const labels = ({ ticks }: Scale) => ticks.map(({ label }) => label).filter((label) => label !== '')

for (const [span, most, step] of [
  [10, 5, 2],
  [10, 10, 1],
  [1.2, 6, 0.2],
  [0.3, 3, 0.1],
  [7, 3, 5],
  [100_000, 8, 20_000],
] as const)
  test(`a span of ${span} has steps of ${step} for about ${most} ticks`, () =>
    assert.equal(niceStep(span, most), step))

for (const [maximum, options, expected] of [
  [1.15, {}, ['0', '0.2', '0.4', '0.6', '0.8', '1', '1.2']],
  [9.8, {}, ['0', '2', '4', '6', '8', '10']],
  [17, { exact: true }, ['0', '5', '10', '15']],
  [1, { whole: true }, ['0', '1']],
  [0, {}, ['0', '0.2', '0.4', '0.6', '0.8', '1']],
  [Number.NaN, { whole: true }, ['0', '1']],
] as const)
  test(`a linear scale to ${maximum} ${JSON.stringify(options)} has nice ticks`, () => {
    const scale = linearScale(maximum, extent, options)
    assert.deepEqual(labels(scale), expected)
    assert.equal(scale.at(0), 0)
    assert.equal(scale.at(scale.to), 400)
  })

for (const [minimum, maximum, expected] of [
  [0.7, 9, ['0.5 ms', '1 ms', '2 ms', '5 ms', '10 ms']],
  [12, 1800, ['10 ms', '20 ms', '50 ms', '100 ms', '200 ms', '500 ms', '1 s', '2 s']],
  [0.4, 2100, ['1 ms', '10 ms', '100 ms', '1 s']],
  [5, 5, ['5 ms', '10 ms', '20 ms', '50 ms']],
  [0, 0, ['0.01 ms', '0.02 ms', '0.05 ms', '0.1 ms']],
  [1, 1000, ['1 ms', '10 ms', '100 ms', '1 s']],
  [999.9999999, 60_000, ['500 ms', '1 s', '2 s', '5 s', '10 s', '20 s', '50 s', '100 s']],
] as const)
  test(`a logarithmic scale from ${minimum} to ${maximum} ms has words that leave each other room`, () => {
    const scale = logScale(minimum, maximum, extent)
    if (maximum !== 60_000) assert.deepEqual(labels(scale), expected)
    assert.ok(scale.from <= Math.max(minimum, 0.01) * 1.000001 && scale.to >= maximum)
    for (const value of [scale.from, minimum, maximum, scale.to])
      assert.ok(scale.at(value) >= 0 && scale.at(value) <= 400, `${value} is on paper`)
  })

test('equal ratios are equal distances on a logarithmic scale', () => {
  const { at } = logScale(1, 1000, { from: 300, to: 0 })
  assert.deepEqual(
    [1, 10, 100, 1000].map((value) => Math.round(at(value))),
    [300, 200, 100, 0],
  )
})

for (const [count, expected] of [
  [2, ['0 %', '50 %']],
  [24, ['0 %', '50 %', '75 %', '90 %', '95 %']],
  [1000, ['0 %', '50 %', '90 %', '99 %', '99.9 %']],
  [1_000_000, ['0 %', '90 %', '99 %', '99.9 %', '99.99 %', '99.999 %', '99.9999 %']],
] as const)
  test(`of ${count} values, percentiles go to ${expected.at(-1)}`, () => {
    const scale = percentileScale(1 - 1 / count, extent)
    assert.deepEqual(labels(scale), expected)
    assert.ok(Math.abs(scale.at(1 - 1 / count) - 400) < 1e-6)
  })

test('each nine is as far from the one before', () => {
  const { at } = percentileScale(0.999, extent)
  for (const [share, place] of [
    [0, 0],
    [0.9, 400 / 3],
    [0.99, 800 / 3],
    [0.999, 400],
  ] as const)
    assert.ok(Math.abs(at(share) - place) < 1e-6)
})
