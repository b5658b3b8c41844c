import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLine } from './line.ts'

const patient = new AbortController().signal

/** Notes in `order` who gets in. */
function enterer(places: number) {
  const line = createLine(places)
  const order: string[] = []
  const enter = (name: string, signal = patient) =>
    line.enter(signal).then(
      () => void order.push(name),
      () => void order.push(`${name} left`),
    )
  return { line, order, enter }
}

test('as many get in at once as there are places; the others in the order of their coming', async () => {
  const { line, order, enter } = enterer(2)
  const all = ['a', 'b', 'c', 'd', 'e'].map((name) => enter(name))
  await all[1]
  assert.deepEqual(order, ['a', 'b'])
  line.leave()
  line.leave()
  await all[3]
  assert.deepEqual(order, ['a', 'b', 'c', 'd'])
  line.leave()
  await all[4]
  line.leave()
  line.leave()
  await Promise.all([enter('f'), enter('g')])
  assert.deepEqual(order, ['a', 'b', 'c', 'd', 'e', 'f', 'g'])
})

test('who leaves the line is passed over', async () => {
  const { line, order, enter } = enterer(1)
  const left = new AbortController()
  const all = [enter('a'), enter('b', left.signal), enter('c')]
  left.abort()
  await all[1]
  line.leave()
  await all[2]
  assert.deepEqual(order, ['a', 'b left', 'c'])
})

test('who leaves after getting in has a place all the same, and must give it back', async () => {
  const { line, order, enter } = enterer(1)
  const left = new AbortController()
  const all = [enter('a'), enter('b', left.signal)]
  line.leave()
  left.abort()
  await all[1]
  assert.deepEqual(order, ['a', 'b'])
  const third = enter('c')
  line.leave()
  await third
  assert.deepEqual(order, ['a', 'b', 'c'])
})

test('when the line is closed, all who wait are sent away', async () => {
  const { line, order, enter } = enterer(1)
  const all = [enter('a'), enter('b'), enter('c')]
  line.close()
  await Promise.all(all)
  assert.deepEqual(order, ['a', 'b left', 'c left'])
})

test('a place less, while it is taken, lets nobody in until there is one more', async () => {
  const { line, order, enter } = enterer(1)
  const all = [enter('a'), enter('b'), enter('c')]
  await all[0]
  line.remove()
  line.leave()
  await Promise.resolve()
  assert.deepEqual(order, ['a'])
  line.leave()
  await all[1]
  line.leave()
  await all[2]
  assert.deepEqual(order, ['a', 'b', 'c'])
})

test('a free place that is removed is not there for the next', async () => {
  const { line, order, enter } = enterer(1)
  line.remove()
  const first = enter('a')
  await Promise.resolve()
  assert.deepEqual(order, [])
  line.leave()
  await first
  assert.deepEqual(order, ['a'])
})
