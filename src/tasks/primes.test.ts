import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TaskContext } from './define.ts'
import primes from './primes.ts'

function run(limit: number) {
  const fractions: number[] = []
  const context: TaskContext = {
    progress: (fraction) => fractions.push(fraction),
    signal: new AbortController().signal,
  }
  return { result: primes.run({ limit }, context), fractions }
}

// The prime counting function, OEIS A006880 for the powers of ten.
const known: [limit: number, primes: number][] = [
  [2, 0],
  [3, 1],
  [4, 2],
  [10, 4],
  [100, 25],
  [1000, 168],
  [10_000, 1229],
  [100_000, 9592],
  [1_000_000, 78_498],
  [3_000_000, 216_816],
]
for (const [limit, count] of known) {
  test(`there are ${count} primes below ${limit}`, () => {
    assert.deepEqual(run(limit).result, { limit, primes: count })
  })
}

test('a prime limit is not counted itself', () => {
  assert.deepEqual(run(7919).result, { limit: 7919, primes: 999 })
  assert.deepEqual(run(7920).result, { limit: 7920, primes: 1000 })
})

test('progress tells the share of the divisions done, within 2 percent', () => {
  const limit = 200_000
  const { fractions } = run(limit)
  assert.equal(fractions.at(-1), 1)
  assert.deepEqual(
    fractions,
    fractions.toSorted((a, b) => a - b),
  )
  const done = [0]
  for (let n = 2; n < limit; n++) done.push(done.at(-1)! + divisions(n))
  for (const [index, fraction] of fractions.entries()) {
    const below = Math.min(2 + (index + 1) * 1000, limit)
    const share = done[below - 2]! / done.at(-1)!
    assert.ok(Math.abs(fraction - share) < 0.02, `${fraction} at ${below}, where ${share} is done`)
  }
})

function divisions(n: number): number {
  let divisor = 2
  while (divisor * divisor <= n && n % divisor !== 0) divisor++
  return divisor - 1
}
