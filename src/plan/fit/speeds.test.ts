import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exampleProfile } from '../answer/profile.fixture.ts'
import { speedAt, speedsOf } from './speeds.ts'

const { scaling } = exampleProfile()

test('a task alone is as fast as alone', () => {
  assert.deepEqual(speedsOf(scaling, 1), [1])
})

test('what was measured outweighs the law', () => {
  assert.equal(speedsOf({ ...scaling, usl: { ...scaling.usl, sigma: 0.5 } }, 2)[1], 0.95)
})

test('between points speeds lie on a straight line', () => {
  const points = [
    { running: 4, speed: 0.7, count: 100 },
    { running: 2, speed: 0.9, count: 100 },
  ]
  const speeds = speedsOf({ ...scaling, points, measuredTo: 4 }, 4)
  assert.deepEqual(
    speeds.map((speed) => Number(speed.toFixed(6))),
    [1, 0.9, 0.8, 0.7],
  )
})

test('beyond what was measured the law speaks', () => {
  assert.equal(speedsOf(scaling, 4)[3], 1 / (1 + 0.05 * 3))
})

test('beyond the peak of the law a machine still gets as much done', () => {
  const usl = { ...scaling.usl, kappa: 0.1 }
  const speeds = speedsOf({ ...scaling, usl }, 16)
  const done = speeds.map((speed, index) => speed * (index + 1))
  for (const [index, each] of done.entries())
    assert.ok(index === 0 || each >= done[index - 1]! - 1e-9, `${each} of ${index + 1}`)
})

test('no task is faster than alone, whatever noise says', () => {
  const points = [{ running: 2, speed: 1.03, count: 100 }]
  assert.deepEqual(speedsOf({ ...scaling, points }, 2), [1, 1])
})

test('a mean number of tasks has a speed between its neighbours', () => {
  assert.equal(speedAt([1, 0.8, 0.6], 0.3), 1)
  assert.equal(Number(speedAt([1, 0.8, 0.6], 2.5).toFixed(9)), 0.7)
  assert.equal(speedAt([1, 0.8, 0.6], 7), 0.6)
})
