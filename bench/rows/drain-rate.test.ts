import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drain, rateBetween } from './drain-rate.ts'

const all = { from: 0, to: 1 }

test('a rate between two shares takes moments between two looks', () => {
  // Waking up takes 100 ms, then 1,000 jobs a second, and the last of them linger.
  const series = [
    { atMs: 0, left: 1000 },
    { atMs: 100, left: 1000 },
    { atMs: 600, left: 500 },
    { atMs: 1100, left: 0 },
  ]
  assert.equal(rateBetween(series, { from: 0.1, to: 0.95 }), 1000)
  assert.equal(rateBetween(series, { from: 0.25, to: 0.75 }), 1000)
})

test('what comes before and after the shares does not count', () => {
  const series = [
    { atMs: 0, left: 100 },
    { atMs: 5000, left: 90 },
    { atMs: 5850, left: 5 },
    { atMs: 9000, left: 0 },
  ]
  assert.equal(Math.round(rateBetween(series, { from: 0.1, to: 0.95 })), 100)
})

test('shares are of those jobs that went', () => {
  const series = [
    { atMs: 0, left: 1_001_000 },
    { atMs: 1000, left: 1_000_500 },
    { atMs: 2000, left: 1_000_000 },
  ]
  assert.equal(rateBetween(series, { from: 0.1, to: 0.95 }), 500)
})

test('there is no rate where nothing went, or nobody looked', () => {
  assert.ok(Number.isNaN(rateBetween([], all)))
  assert.ok(Number.isNaN(rateBetween([{ atMs: 0, left: 5 }], all)))
})

test('a drain is watched until it is over, and given up when it takes too long', async () => {
  let left = 3
  const system = { name: 'one', release() {}, left: async () => left-- }
  const series = await drain(system, { everyMs: 1 })
  assert.deepEqual(
    series.map((each) => each.left),
    [3, 2, 1, 0],
  )
  left = 3
  const part = await drain(system, { everyMs: 1, until: 2 })
  assert.equal(part.at(-1)?.left, 2)
  const stuck = { ...system, left: async () => 7 }
  assert.ok((await drain(stuck, { everyMs: 1, forMs: 5 })).length > 1)
  await assert.rejects(drain(stuck, { everyMs: 1, patienceMs: 5 }), /one still has 7 jobs/)
})
