import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from './random.ts'
import { byMinute, isFlat, slopeOf } from './slope.ts'

const series = (count: number, value: (atS: number) => number) =>
  Array.from({ length: count }, (_, index) => ({ atS: index * 60, value: value(index * 60) }))

test('a straight line has its slope, for sure', () => {
  const slope = slopeOf(series(20, (atS) => 100 + atS / 36))
  assert.ok(Math.abs(slope.perHour - 100) < 1e-6)
  assert.ok(slope.confidence < 1e-6)
  assert.equal(isFlat(slope), false)
})

test('noise around a constant is flat, and noise around a climb is not', () => {
  const random = seededRandom(7)
  const noise = () => (random.next() - 0.5) * 10
  assert.equal(isFlat(slopeOf(series(25, () => 100 + noise()))), true)
  assert.equal(isFlat(slopeOf(series(25, (atS) => 100 + atS / 36 + noise()))), false)
})

test('the interval holds the true slope about 95 times in 100', () => {
  const random = seededRandom(3)
  // The sum of twelve uniform numbers is nearly normal, with variance 1.
  const normal = () => Array.from({ length: 12 }, random.next).reduce((a, b) => a + b, -6)
  const hits = Array.from({ length: 1000 }, () => {
    const { perHour, confidence } = slopeOf(series(12, (atS) => atS / 60 + normal()))
    return Math.abs(perHour - 60) <= confidence
  }).filter(Boolean).length
  assert.ok(hits > 925 && hits < 975, `${hits} of 1000`)
})

test('a value that wanders, each minute from where it was, is no climb; a climb below it is one', () => {
  const random = seededRandom(5)
  const normal = () => Array.from({ length: 12 }, random.next).reduce((a, b) => a + b, -6)
  const wandering = () => {
    let at = 0
    return () => {
      at = 0.6 * at + normal()
      return at
    }
  }
  const share = (perHour: number) => {
    const flat = Array.from({ length: 1000 }, () => {
      const wander = wandering()
      return isFlat(slopeOf(series(25, (atS) => (atS / 3600) * perHour + wander())))
    })
    return flat.filter(Boolean).length / 1000
  }
  // Growth is looked for at one end of the interval only: 97.5% of what is flat, were it exact.
  assert.ok(share(0) > 0.93, `${share(0)}`)
  assert.ok(share(20) < 0.05, `${share(20)}`)
})

test('too few samples say nothing, and shrinking is no growth', () => {
  assert.equal(slopeOf(series(2, (atS) => atS)).confidence, Number.POSITIVE_INFINITY)
  assert.equal(isFlat(slopeOf(series(20, (atS) => 1000 - atS / 2))), true)
})

test('samples of one minute become their mean', () => {
  const samples = [0, 30, 60, 90].map((atS) => ({ atS, value: atS }))
  assert.deepEqual(byMinute(samples), [
    { atS: 15, value: 15 },
    { atS: 75, value: 75 },
  ])
})
