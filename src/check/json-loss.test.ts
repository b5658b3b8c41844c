import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstDifference, jsonLosses } from './json-loss.ts'

const cycle: Record<string, unknown> = { rows: [{}] }
cycle.rows = [cycle]

let deep: unknown = 1
for (let level = 0; level < 100_000; level++) deep = { deep }

const values: [value: unknown, losses: string[]][] = [
  [{ a: [1, 'two', null, true, { b: -1.5 }], 'c d': '' }, []],
  [{ when: new Date(0) }, ['result.when is a Date → what its toJSON() says']],
  [undefined, ['result is undefined → null']],
  [
    { rows: [{ 'first name': undefined }] },
    ['result.rows[0]["first name"] is undefined → nothing'],
  ],
  [[1, undefined], ['result[1] is undefined → null']],
  [new Array(1), ['result[0] is undefined → null']],
  [{ mean: 0 / 0, most: -1 / 0 }, ['result.mean is NaN → null', 'result.most is -Infinity → null']],
  [{ large: 1n }, ['result.large is a BigInt → undefined']],
  [{ run() {} }, ['result.run is a function → nothing']],
  [{ tag: Symbol('x') }, ['result.tag is a symbol → nothing']],
  [{ [Symbol('x')]: 1 }, ['result has the key Symbol(x) → nothing']],
  [{ by: new Map([[1, 2]]) }, ['result.by is a Map → {}']],
  [new Set([1]), ['result is a Set → {}']],
  [
    { all: new Float64Array(2) },
    ['result.all is a Float64Array → an object with a key for each number'],
  ],
  [{ bytes: Buffer.from('a') }, ['result.bytes is a Buffer → a list of its bytes']],
  [{ raw: new ArrayBuffer(2) }, ['result.raw is an ArrayBuffer → {}']],
  [{ failure: new TypeError('no') }, ['result.failure is a TypeError → {}']],
  [{ later: Promise.resolve() }, ['result.later is a Promise → {}']],
  [{ pattern: /a/ }, ['result.pattern is a RegExp → {}']],
  [{ change: -0 }, ['result.change is -0 → 0']],
  [cycle, ['result.rows[0] contains itself → undefined']],
  [deep, []],
]
for (const [value, losses] of values)
  test(`what JSON loses: ${losses.join(', ') || 'nothing'}`, () => {
    const found = jsonLosses(value).map(({ path, what, becomes }) => `${path} ${what} → ${becomes}`)
    assert.deepEqual(found, losses)
  })

test('what stands in two places is no cycle', () => {
  const shared = { n: 1 }
  assert.deepEqual(jsonLosses({ a: shared, b: shared }), [])
})

test('five places are enough', () => {
  assert.equal(jsonLosses(Array.from({ length: 100 }, () => undefined)).length, 5)
})

test('the first difference of two values is named', () => {
  const path = (a: unknown, b: unknown) => firstDifference(a, b)?.path
  assert.equal(path({ a: [1, 2] }, { a: [1, 2] }), undefined)
  assert.equal(path({ a: [1, 2] }, { a: [1, 3] }), 'result.a[1]')
  assert.equal(path({ a: [1] }, { a: [1, 2] }), 'result.a[1]')
  assert.equal(path({ a: {} }, { a: [] }), 'result.a')
  assert.equal(path(null, {}), 'result')
  assert.equal(path({ a: 1, b: 2 }, { b: 2, a: 1 }), undefined)
})
