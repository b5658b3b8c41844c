import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pathOf, pointOn, wireBetween } from './wires.ts'

const place = (left: number, top: number) => ({ left, top, width: 100, height: 40 })

test('a wire leads from the right side to the left side of a place beside', () => {
  const wire = wireBetween(place(0, 0), place(200, 100))
  assert.deepEqual(
    [pointOn(wire, 0), pointOn(wire, 1)],
    [
      [100, 20],
      [200, 120],
    ],
  )
  assert.equal(pathOf(wire), 'M100.0 20.0 C150.0 20.0, 150.0 120.0, 200.0 120.0')
})

test('a wire leads from the bottom to the top of a place below', () => {
  const wire = wireBetween(place(0, 0), place(50, 100))
  assert.deepEqual(
    [pointOn(wire, 0), pointOn(wire, 1)],
    [
      [50, 40],
      [100, 100],
    ],
  )
})

test('half of the way is the middle', () => {
  assert.deepEqual(pointOn(wireBetween(place(0, 0), place(200, 100)), 0.5), [150, 70])
})
