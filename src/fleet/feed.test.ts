import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { atEnd } from '../../test/fixtures/at-end.ts'
import { until } from '../../test/fixtures/until.ts'
import type { Fleet } from '../api/fleet.ts'
import { createFeed, type News } from './feed.ts'

/** A feed of what the test says, read when the test says. */
function startFeed(t: TestContext) {
  let waiting = 0
  let reads = 0
  let isAway = false
  let goOn = Promise.withResolvers<void>()
  const feed = createFeed({
    async read() {
      reads++
      if (isAway) throw new Error('away')
      return fleetOf(waiting)
    },
    pause: () => goOn.promise,
  })
  const leaving = new AbortController()
  atEnd(t, () => leaving.abort())
  return {
    feed,
    reads: () => reads,
    change(to: number | 'away') {
      isAway = to === 'away'
      if (to !== 'away') waiting = to
    },
    /** Ends the pause, and waits for the reading that follows. */
    async pass() {
      const before = reads
      const ended = goOn
      goOn = Promise.withResolvers()
      ended.resolve()
      await until('it reads', () => reads > before || feed.followers() === 0)
      await new Promise(setImmediate)
    },
    /** What one follower is told; `leave` ends it. */
    follow() {
      const leave = new AbortController()
      const signal = AbortSignal.any([leave.signal, leaving.signal])
      const told: (number | string)[] = []
      const ended = (async () => {
        for await (const news of feed.follow(signal)) told.push(short(news))
      })()
      return { told, ended, leave: () => leave.abort() }
    },
  }
}

const fleetOf = (waiting: number): Fleet => ({
  instances: [],
  queue: { waiting, active: 0, limit: 10 },
})

function short({ event, data }: News): number | string {
  const { queue, detail } = JSON.parse(data)
  return event === 'fleet' ? queue.waiting : `${event}: ${typeof detail}`
}

test('a follower is told the fleet at once, and again when it has changed', async (t) => {
  const { change, pass, follow } = startFeed(t)
  const { told } = follow()
  await until('it is told', () => told.length === 1)
  await pass()
  assert.deepEqual(told, [0])
  change(1)
  await pass()
  change(2)
  await pass()
  assert.deepEqual(told, [0, 1, 2])
})

test('one reading is enough for all followers, and a later one is told the last at once', async (t) => {
  const { reads, change, pass, follow } = startFeed(t)
  const followers = Array.from({ length: 20 }, follow)
  await until('all are told', () => followers.every(({ told }) => told.length === 1))
  assert.equal(reads(), 1)
  const late = follow()
  await until('it is told', () => late.told.length === 1)
  assert.equal(reads(), 1)
  change(1)
  await pass()
  assert.equal(reads(), 2)
  for (const { told } of [...followers, late]) assert.deepEqual(told, [0, 1])
})

test('without a follower nothing is read, and what is old is told to nobody', async (t) => {
  const { feed, reads, change, pass, follow } = startFeed(t)
  assert.equal(reads(), 0)
  const first = follow()
  await until('it is told', () => first.told.length === 1)
  first.leave()
  await first.ended
  assert.equal(feed.followers(), 0)
  await pass()
  await pass()
  assert.equal(reads(), 1)
  change(1)
  const second = follow()
  await until('it is told', () => second.told.length === 1)
  assert.deepEqual([second.told, reads()], [[1], 2])
})

test('while Redis is away followers are told so once, and then the fleet again', async (t) => {
  const { change, pass, follow } = startFeed(t)
  const { told } = follow()
  await until('it is told', () => told.length === 1)
  change('away')
  await pass()
  await pass()
  const late = follow()
  await until('it is told', () => late.told.length === 1)
  change(0)
  await pass()
  assert.deepEqual(told, [0, 'away: string', 0])
  assert.deepEqual(late.told, ['away: string', 0])
})

test('one that reads slowly misses what lies between, not the newest', async (t) => {
  const { feed, change, pass } = startFeed(t)
  const leave = new AbortController()
  const news = feed.follow(leave.signal)
  assert.equal(short((await news.next()).value as News), 0)
  for (const waiting of [1, 2, 3]) {
    change(waiting)
    await pass()
  }
  assert.equal(short((await news.next()).value as News), 3)
  const next = news.next()
  leave.abort()
  assert.deepEqual(await next, { done: true, value: undefined })
  assert.equal(feed.followers(), 0)
})
