import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Lines } from './lines.ts'

test('lines do what arrays do, with any number of ids and lines', () => {
  const step = fc.record({
    what: fc.constantFrom('append', 'prepend', 'shift', 'remove'),
    line: fc.nat(20),
    id: fc.nat(300),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const lines = new Lines(2)
      const arrays: number[][] = Array.from({ length: 21 }, () => [])
      for (const { what, line, id } of steps) {
        const array = arrays[line]!
        const standsIn = arrays.find((each) => each.includes(id))
        if (what === 'shift') assert.equal(lines.shift(line), array.shift() ?? -1)
        else if (what === 'remove' && standsIn !== undefined) {
          lines.remove(arrays.indexOf(standsIn), id)
          standsIn.splice(standsIn.indexOf(id), 1)
        } else if (what === 'append' && standsIn === undefined) {
          lines.append(line, id)
          array.push(id)
        } else if (what === 'prepend' && standsIn === undefined) {
          lines.prepend(line, id)
          array.unshift(id)
        }
        for (const [each, ids] of arrays.entries()) {
          assert.equal(lines.lengthOf(each), ids.length)
          assert.equal(lines.firstOf(each), ids[0] ?? -1)
        }
      }
      for (const [line, ids] of arrays.entries())
        for (const id of ids) assert.equal(lines.shift(line), id)
    }),
    { numRuns: 200 },
  )
})
