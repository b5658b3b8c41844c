import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Heaps } from './heaps.ts'

test('the least of each heap is what sorting finds, whatever is pushed, removed and changed', () => {
  const step = fc.record({
    what: fc.constantFrom('push', 'push', 'remove', 'update'),
    heap: fc.nat(2),
    id: fc.nat(200),
    key: fc.oneof(fc.nat(5), fc.constant(Number.POSITIVE_INFINITY)),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const heaps = new Heaps(3, 201)
      const maps = [0, 1, 2].map(() => new Map<number, number>())
      for (const { what, heap, id, key } of steps) {
        const isIn = maps.findIndex((map) => map.has(id))
        if (what === 'push' && isIn < 0) {
          heaps.push(heap, id, key)
          maps[heap]!.set(id, key)
        } else if (what === 'remove' && isIn >= 0) {
          heaps.remove(isIn, id)
          maps[isIn]!.delete(id)
        } else if (what === 'update' && isIn >= 0) {
          heaps.update(isIn, id, key)
          maps[isIn]!.set(id, key)
        }
        for (const [each, map] of maps.entries()) {
          assert.equal(heaps.sizeOf(each), map.size)
          assert.deepEqual(new Set(heaps.idsOf(each)), new Set(map.keys()))
          if (map.size === 0) continue
          assert.equal(heaps.leastKeyOf(each), Math.min(...map.values()))
          assert.equal(map.get(heaps.leastOf(each)), heaps.leastKeyOf(each))
        }
      }
    }),
    { numRuns: 200 },
  )
})
