import assert from 'node:assert/strict'
import { test } from 'node:test'
import optionPrice from './option-price.ts'

interface Answer {
  price: number
  standardError: number
}

const params = { spot: 100, strike: 100, rate: 0.05, volatility: 0.2, years: 1, seed: 1 }

/** Runs the task as Unblock would, but right here. */
function run(changes: { dates: number; paths: number; strike?: number; volatility?: number }) {
  const fractions: number[] = []
  const context = {
    progress: (fraction: number) => fractions.push(fraction),
    signal: new AbortController().signal,
  }
  const { price, standardError } = optionPrice.run({ ...params, ...changes }, context) as Answer
  return { price, standardError, fractions }
}

test('with one date it is a European call, for which Black and Scholes have a formula', () => {
  const { price, standardError } = run({ dates: 1, paths: 400_000 })
  assert.ok(standardError < 0.03)
  assert.ok(Math.abs(price - 10.4506) < 3 * standardError, `${price}`)
})

test('without risk it pays the difference, discounted', () => {
  const { price } = run({ dates: 1, paths: 1000, strike: 90, volatility: 0 })
  assert.ok(Math.abs(price - (100 - 90 * Math.exp(-0.05))) < 1e-9, `${price}`)
})

test('the same seed gives the same price', () => {
  assert.deepEqual(run({ dates: 12, paths: 5000 }), run({ dates: 12, paths: 5000 }))
})

test('progress goes from 0 to 1', () => {
  const { fractions } = run({ dates: 2, paths: 5000 })
  assert.deepEqual(fractions, [0.2, 0.4, 0.6, 0.8, 1])
})
