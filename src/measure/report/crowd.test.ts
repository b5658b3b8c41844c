import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../random.ts'
import type { Point } from '../../report/plot/marks.ts'
import { COLUMNS, Crowd, columnOf, MAX_POINTS } from './crowd.ts'

const random = createRandom(3)
const crowd = Array.from({ length: 50_000 }, (_, index): Point => ({ x: index, y: random() }))

function kept(points: readonly Point[], most?: number): Point[] {
  const one = new Crowd(50_000, most)
  for (const point of points) one.add(point)
  return one.points()
}

test('few points stay as they are, in the order of x', () => {
  const few = crowd.slice(0, MAX_POINTS)
  assert.deepEqual(kept(few.toReversed()), few)
})

test('of many points about 2,000 stay, the highest of each column among them', () => {
  const some = kept(crowd)
  assert.ok(some.length > 1500 && some.length <= MAX_POINTS, `${some.length} points`)
  const columns = Map.groupBy(some, ({ x }) => columnOf(x, 50_000))
  for (const [column, all] of Map.groupBy(crowd, ({ x }) => columnOf(x, 50_000)))
    assert.ok(columns.get(column)!.some(({ y }) => y === Math.max(...all.map((each) => each.y))))
  assert.deepEqual(
    some,
    some.toSorted((a, b) => a.x - b.x),
  )
  assert.deepEqual(kept(crowd), some)
})

test('those that stay of a column are from all of it', () => {
  const one = crowd.map(({ y }, index) => ({ x: index / 1000, y }))
  const quarters = new Set(
    [1, 2, 3, 4, 5, 6, 7, 8].flatMap((turn) =>
      kept(one.slice(turn * 1000)).map(({ x }) => Math.floor(x / 12.5)),
    ),
  )
  assert.deepEqual([...quarters].toSorted(), [0, 1, 2, 3])
})

test('however few are asked for, every column keeps its highest', () => {
  assert.equal(kept(crowd, 10).length, COLUMNS)
})

test('the least and the greatest are those of all', () => {
  const one = new Crowd(50_000)
  for (const point of crowd) one.add(point)
  assert.equal(one.least, Math.min(...crowd.map(({ y }) => y)))
  assert.equal(one.greatest, Math.max(...crowd.map(({ y }) => y)))
})

for (const [x, to, column] of [
  [0, 1000, 0],
  [-5, 1000, 0],
  [999.99, 1000, COLUMNS - 1],
  [5000, 1000, COLUMNS - 1],
  [500, 1000, COLUMNS / 2],
  [7, 0, 0],
] as const)
  test(`${x} of ${to} is in column ${column}`, () => assert.equal(columnOf(x, to), column))
