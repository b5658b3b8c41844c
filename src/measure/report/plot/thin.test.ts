import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../pacer/random.ts'
import { onePerPixel, type Point, thin } from './thin.ts'

const random = createRandom(3)
const crowd = Array.from(
  { length: 50_000 },
  (_, index): Point => ({
    x: index / 100,
    y: 300 * random(),
  }),
)

test('few points stay as they are', () => {
  assert.deepEqual(thin(crowd.slice(0, 2000)), crowd.slice(0, 2000))
})

test('of many points about 2,000 stay, the highest of each pixel among them, in their order', () => {
  const kept = thin(crowd)
  assert.ok(kept.length > 1000 && kept.length <= 2000, `${kept.length} points`)
  const columns = Map.groupBy(kept, ({ x }) => Math.floor(x))
  for (const [x, all] of Map.groupBy(crowd, (point) => Math.floor(point.x))) {
    const highest = Math.min(...all.map(({ y }) => y))
    assert.ok(columns.get(x)!.some(({ y }) => y === highest))
  }
  assert.deepEqual(
    kept,
    kept.toSorted((a, b) => a.x - b.x),
  )
  assert.deepEqual(thin(crowd), kept)
})

test('one mark a pixel', () => {
  assert.deepEqual(onePerPixel([1.1, 1.9, 2, 7.5]), [1.9, 2, 7.5])
})
