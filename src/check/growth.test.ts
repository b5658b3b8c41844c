import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fitGrowth, type Growth, type Point, predict } from './growth.ts'

const points = (xs: number[], ms: (x: number) => number): Point[] =>
  xs.map((x) => ({ x, ms: ms(x) }))

/** A factor between 0.9 and 1.1, another for each value, always the same. */
const noise = (x: number) => 1 + 0.1 * Math.sin(x * 12.9898)

const powers = [1000, 4000, 16_000, 64_000, 256_000]
const laws: [what: string, points: Point[], right: Growth][] = [
  ['a root', points(powers, (x) => x ** 0.5 * noise(x)), { kind: 'power', exponent: 0.5 }],
  ['a line', points(powers, (x) => 0.01 * x * noise(x)), { kind: 'power', exponent: 1 }],
  ['a power', points(powers, (x) => 1e-5 * x ** 1.5 * noise(x)), { kind: 'power', exponent: 1.5 }],
  ['a square', points([2, 8, 32, 128], (x) => x ** 2 * noise(x)), { kind: 'power', exponent: 2 }],
  ['a fall', points(powers, (x) => 1e6 / x), { kind: 'power', exponent: -1 }],
  [
    'a line above a fixed part',
    points([...powers, 1_024_000, 4_096_000], (x) => 100 + 0.01 * x),
    { kind: 'power', exponent: 1 },
  ],
  [
    'two to the n',
    points([10, 14, 18, 20, 22], (x) => 1e-3 * 2 ** x * noise(x)),
    { kind: 'exponential', factor: 2 },
  ],
  ['no difference', points(powers, (x) => 500 * noise(x)), { kind: 'none' }],
  ['noise only', points(powers, (x) => (x === 4000 ? 150 : 100)), { kind: 'none' }],
  ['next to no time', points(powers, (x) => x * 1e-7), { kind: 'none' }],
  ['one point', points([3], () => 3), { kind: 'none' }],
  ['values below 0', points([-2, 1, 2], (x) => 100 + 40 * x), { kind: 'unknown' }],
  ['up and down', points(powers, (x) => (x === 16_000 ? 1000 : 100)), { kind: 'unknown' }],
]
for (const [what, given, right] of laws)
  test(`the law behind ${what} is found`, () => {
    const found = fitGrowth(given)
    assert.equal(found.kind, right.kind, JSON.stringify(found))
    if (found.kind === 'power' && right.kind === 'power')
      assert.ok(Math.abs(found.exponent - right.exponent) < 0.12, `${found.exponent}`)
    if (found.kind === 'exponential' && right.kind === 'exponential')
      assert.ok(Math.abs(found.factor / right.factor - 1) < 0.05, `${found.factor}`)
  })

test('a law is carried on from the nearest point', () => {
  const seen = points([10, 100], (x) => x ** 2)
  assert.equal(predict({ kind: 'power', exponent: 2 }, seen, 1000), 1_000_000)
  assert.equal(predict({ kind: 'exponential', factor: 2 }, seen, 103), 80_000)
  assert.equal(predict({ kind: 'none' }, seen, 1000), 10_000)
  assert.equal(predict({ kind: 'unknown' }, seen, 1000), undefined)
})
