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

/** A value that is each minute near where it was a minute ago: AR(1). */
function wandering(random: ReturnType<typeof seededRandom>, memory: number) {
  const normal = () => Array.from({ length: 12 }, random.next).reduce((a, b) => a + b, -6)
  let at = 0
  return () => {
    at = memory * at + normal()
    return at
  }
}

test('a value that wanders is seldom a climb; one that climbs while it wanders mostly is', () => {
  const random = seededRandom(5)
  const flatShare = (memory: number, perHour: number) => {
    const flat = Array.from({ length: 1000 }, () => {
      const wander = wandering(random, memory)
      return isFlat(slopeOf(series(25, (atS) => 100 + (atS / 3600) * perHour + wander())))
    })
    return flat.filter(Boolean).length / 1000
  }
  const [calm, restless] = [flatShare(0.6, 0), flatShare(0.9, 0)]
  assert.ok(calm > 0.95 && restless > 0.9, `${calm}, ${restless}`)
  const climbing = flatShare(0.6, 60)
  assert.ok(climbing < 0.1, `${climbing}`)
})

const growths: [what: string, value: (share: number) => number][] = [
  ['from nothing', (share) => (share < 0.5 ? 0 : 200)],
  ['faster and faster', (share) => 100 + 200 * share ** 2],
  ['in one step', (share) => (share < 0.5 ? 100 : 200)],
  ['more and more slowly', (share) => 100 + 190 * (1 - Math.exp(-3 * share))],
]
for (const [how, value] of growths)
  test(`what grows ${how} is not flat`, () => {
    const random = seededRandom(11)
    for (const count of [24, 48, 96]) {
      const noisy = (atS: number) => value(atS / (count * 60)) + random.next() - 0.5
      assert.equal(isFlat(slopeOf(series(count, noisy))), false, `${count} samples`)
    }
  })

test('too few samples say nothing, and shrinking is no growth', () => {
  const two = slopeOf(series(2, (atS) => 100 + atS))
  assert.deepEqual([two.confidence, isFlat(two)], [Number.POSITIVE_INFINITY, true])
  assert.equal(isFlat(slopeOf(series(20, (atS) => 1000 - atS / 2))), true)
})

test('samples of one minute become their mean', () => {
  const samples = [0, 30, 60, 90].map((atS) => ({ atS, value: atS }))
  assert.deepEqual(byMinute(samples), [
    { atS: 15, value: 15 },
    { atS: 75, value: 75 },
  ])
})
