import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Latencies } from '../summary/latencies.ts'
import { sharesOf, supported } from './percentile.ts'

test('no share is drawn that the sample does not support', () => {
  for (const count of [1, 2, 7, 24, 240, 5000, 10_000_000]) {
    const shares = sharesOf(count, 240)
    assert.equal(shares[0], 0)
    assert.ok(Math.abs(shares.at(-1)! - supported(count)) < 1e-12)
    assert.ok(shares.length <= 241)
    assert.deepEqual(
      shares,
      shares.toSorted((a, b) => a - b),
    )
  }
  assert.deepEqual(sharesOf(0, 240), [])
})

test('of a small sample each value is drawn but the highest', () => {
  const latencies = new Latencies()
  for (let ms = 1; ms <= 24; ms++) latencies.add(ms)
  const values = latencies.valuesAt(sharesOf(24, 240))
  const drawn = new Set(values.map(({ ms }) => Math.round(ms)))
  assert.deepEqual(drawn, new Set(Array.from({ length: 23 }, (_, index) => index + 1)))
})
