import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { rate, rounded } from './figures.ts'

describe('figures for people', () => {
  for (const [value, text] of [
    [0, '0'],
    [9.34, '9.3'],
    [9.96, '10'],
    [12.3, '12'],
    [99.4, '99'],
    [99.7, '99.7'],
    [612.4, '612'],
    [1240.4, '1240'],
  ] as const)
    it(`${value} is rounded to ${text}`, () => assert.equal(String(rounded(value)), text))

  it('rates have three digits', () => {
    assert.deepEqual([1.2, 0, 1234.5, 0.0333].map(rate), ['1.2/s', '0/s', '1230/s', '0.0333/s'])
  })
})
