import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertDigits } from './digits.fixture.ts'
import { peak, speed, throughput } from './usl.ts'

// SPEC SDM 91 on a SPARCcenter 2000, as fitted by the R package `usl` 2.0 (S. Möding): 89.9952382 times the law with
// these parameters; its tests of `fitted` and `peak.scalability` state the rest.
test('what is fitted to SPEC SDM 91 is what the R package usl says', () => {
  const parameters = { sigma: 0.0277285, kappa: 0.0001044 }
  const load = [1, 18, 36, 72, 108, 144, 216]
  const fitted = [90, 1078, 1541, 1850, 1879, 1822, 1646]
  load.forEach((n, index) => {
    assert.ok(Math.abs(89.9952382 * throughput(n, parameters) - fitted[index]!) < 1) // κ has but four digits
  })
  assert.equal(peak(parameters).toPrecision(2), '97')
  assert.equal(peak({ sigma: 0.001, kappa: 0.00001 }).toPrecision(2), '3.2e+2')
})

test('one alone has all its speed, whatever the parameters are', () => {
  assert.equal(speed(1, { sigma: 0.4, kappa: 0.1 }), 1)
  assert.equal(throughput(1, { sigma: 0.4, kappa: 0.1 }), 1)
})

test('without coherency it is the law of Amdahl: 1 / (σ + (1 − σ) / n)', () => {
  for (const n of [1, 2, 2.5, 64])
    assertDigits(throughput(n, { sigma: 0.05, kappa: 0 }), 1 / (0.05 + 0.95 / n))
  assert.equal(peak({ sigma: 0.05, kappa: 0 }), Infinity)
  assert.equal(throughput(7, { sigma: 0, kappa: 0 }), 7)
})

test('most is done at the peak, and less on both sides', () => {
  for (const parameters of [
    { sigma: 0.02, kappa: 0.02 },
    { sigma: 0, kappa: 0.001 },
    { sigma: 0.5, kappa: 0.0001 },
  ]) {
    const most = throughput(peak(parameters), parameters)
    assert.ok(throughput(peak(parameters) * 1.01, parameters) < most)
    assert.ok(throughput(peak(parameters) / 1.01, parameters) < most)
  }
})

test('where two at once get less done than one, the peak is at one', () => {
  assert.equal(peak({ sigma: 0.5, kappa: 2 }), 1)
  assert.equal(peak({ sigma: 1.5, kappa: 0 }), 1)
})

test('fewer than one at work are refused', () => {
  assert.throws(() => speed(0.5, { sigma: 0, kappa: 0 }), RangeError)
  assert.throws(() => throughput(Number.NaN, { sigma: 0, kappa: 0 }), RangeError)
})
