import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from './random.ts'

// Printed by the same algorithm in C, where unsigned arithmetic wraps by itself.
for (const [seed, stream, numbers] of [
  [1, 0, [2012149540, 1872316204, 1707632675, 1779833415]],
  [2 ** 31, 1, [4270317237, 59216282, 2453498506, 1188242978]],
] as const)
  test(`seed ${seed}, stream ${stream} gives the numbers of sfc32`, () => {
    const random = createRandom(seed, stream)
    assert.deepEqual(
      numbers.map(() => random() * 2 ** 32),
      numbers,
    )
  })

test('numbers are spread evenly, and those of near seeds have nothing to do with each other', () => {
  const count = 100_000
  const [one, two] = [createRandom(1), createRandom(2)]
  const tenths = new Array<number>(10).fill(0)
  let product = 0
  for (let index = 0; index < count; index++) {
    const [x, y] = [one(), two()]
    assert.ok(x >= 0 && x < 1)
    tenths[Math.floor(x * 10)]! += 1
    product += (x - 0.5) * (y - 0.5)
  }
  const chiSquared = tenths.reduce((sum, each) => sum + (each - count / 10) ** 2 / (count / 10), 0)
  assert.ok(chiSquared < 33.7, `${chiSquared}`) // 9 degrees of freedom: once in 10,000 seeds
  const correlation = (product / count) * 12
  assert.ok(Math.abs(correlation) < 4 / Math.sqrt(count), `${correlation}`)
})
