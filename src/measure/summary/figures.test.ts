import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { duration, rate } from './figures.ts'

describe('figures for people', () => {
  for (const [ms, text] of [
    [0, '0 ms'],
    [0.004, 'under 0.01 ms'],
    [0.523, '0.52 ms'],
    [9.34, '9.3 ms'],
    [9.96, '10 ms'],
    [12.3, '12 ms'],
    [99.4, '99 ms'],
    [99.7, '99.7 ms'],
    [612.4, '612 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [1000, '1 s'],
    [2149, '2.1 s'],
    [61_234, '61 s'],
    [125_000, '125 s'],
  ] as const)
    it(`${ms} ms: ${text}`, () => assert.equal(duration(ms), text))

  it('rates have three digits', () => {
    assert.deepEqual([1.2, 0, 1234.5, 0.0333].map(rate), ['1.2/s', '0/s', '1230/s', '0.0333/s'])
  })
})
