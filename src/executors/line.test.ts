import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLine } from './line.ts'

interface Waiting {
  readonly id: number
}

function lineOf(count: number) {
  const all = Array.from({ length: count }, (_, id): Waiting => ({ id }))
  const line = createLine<Waiting>()
  for (const each of all) line.add(each)
  const takeAll = () => Array.from({ length: line.size }, () => line.take()?.id)
  return { line, all, takeAll }
}

test('who came first goes first', () => {
  const { line, takeAll } = lineOf(4)
  assert.equal(line.size, 4)
  assert.deepEqual(takeAll(), [0, 1, 2, 3])
  assert.equal(line.size, 0)
  assert.equal(line.take(), undefined)
})

test('who is sent back has its place again, whoever came meanwhile', () => {
  const { line, all, takeAll } = lineOf(6)
  for (let count = 0; count < 4; count++) line.take()
  for (const id of [3, 1, 2]) line.addBack(all[id]!)
  line.add({ id: 6 })
  assert.equal(line.size, 6)
  assert.deepEqual(takeAll(), [1, 2, 3, 4, 5, 6])
})

test('who leaves the line is passed over, and one that was not in it is told', () => {
  const { line, all, takeAll } = lineOf(4)
  line.addBack(line.take()!)
  assert.ok(line.remove(all[0]!))
  assert.ok(line.remove(all[2]!))
  assert.ok(!line.remove(all[2]!))
  assert.deepEqual(takeAll(), [1, 3])
})
