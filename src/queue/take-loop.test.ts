import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { atEnd } from '../../test/fixtures/at-end.ts'
import { newJob, startProducer } from '../../test/fixtures/queue.ts'
import { startRedis } from '../../test/fixtures/redis.ts'
import { until } from '../../test/fixtures/until.ts'
import type { TakenJob } from './end-and-take.ts'
import { markerKey } from './keys.ts'
import { createTakeLoop } from './take-loop.ts'

/** A loop whose room, and whose waiting for a mark, are the test's. */
async function startLoop(t: Parameters<typeof startRedis>[0]) {
  const producer = await startProducer(t, (await startRedis(t)).url)
  const taken: TakenJob[] = []
  const state = { room: 1, busy: false }
  let mark = Promise.withResolvers<void>()
  let waits = 0
  const loop = createTakeLoop({
    redis: producer.redis,
    taker: { instance: 'worker-1', lockMs: 8000 },
    untilMarked() {
      waits++
      mark = Promise.withResolvers()
      return mark.promise
    },
    room: (ending) => state.room + ending,
    isBusy: () => state.busy,
    onTaken(job) {
      taken.push(job)
      state.room--
    },
    onError(error) {
      throw error
    },
  })
  atEnd(t, async () => loop.stop())
  const add = () => producer.add(newJob('primes'))
  return { producer, loop, taken, state, add, mark: () => mark.resolve(), waits: () => waits }
}

const completed = ({ id, token }: TakenJob) =>
  ({ id, token, state: 'completed', value: '{}' }) as const

test('it takes what there is room for, and goes on as soon as there is more', async (t) => {
  const { loop, taken, state, add } = await startLoop(t)
  for (let n = 0; n < 3; n++) await add()
  state.room = 2
  loop.start()
  await until('two are taken', () => taken.length === 2)
  state.room = 1
  assert.ok(await loop.end(completed(taken[0]!)))
  await until('the third is taken', () => taken.length === 3)
})

test('where nothing is left it waits to be woken', async (t) => {
  const { loop, taken, add, mark, waits } = await startLoop(t)
  loop.start()
  await until('it waits', () => waits() === 1)
  await add()
  mark()
  await until('it has taken it', () => taken.length === 1)
})

test('woken when it is full, it wakes another worker instead', async (t) => {
  const { producer, loop, taken, state, add, mark, waits } = await startLoop(t)
  loop.start()
  await until('it waits', () => waits() === 1)
  state.room = 0
  await add()
  await producer.redis.del(markerKey) // that is what waiting for it does
  mark()
  await until('the mark is there again', async () => (await producer.redis.exists(markerKey)) === 1)
  assert.equal(taken.length, 0)
})

test('woken while it asks, it asks again, though the answer was that nothing is left', async (t) => {
  const { loop, taken, state, add, mark, waits } = await startLoop(t)
  state.room = 2
  await add()
  loop.start()
  await until('it waits for more', () => taken.length === 1 && waits() === 1)
  // Its end is on its way when the mark comes, for a job that comes after that question was answered.
  const written = loop.end(completed(taken[0]!))
  await nextTurn()
  mark()
  await written
  await add()
  await until('it has taken that one', () => taken.length === 2)
})

test('told to stop, it is done when what was on its way has come', async (t) => {
  const { loop, taken, add, state } = await startLoop(t)
  state.room = 5
  for (let n = 0; n < 3; n++) await add()
  loop.start()
  await nextTurn()
  await loop.stop()
  const came = taken.length
  await add()
  loop.look()
  await nextTurn()
  assert.equal(taken.length, came)
})

test('while the threads are busy, what ends within moments is written together', async (t) => {
  const { producer, loop, taken, state, add } = await startLoop(t)
  state.room = 3
  for (let n = 0; n < 3; n++) await add()
  loop.start()
  await until('all are taken', () => taken.length === 3)
  state.busy = true
  const calls = async () =>
    Number(/cmdstat_evalsha:calls=(\d+)/.exec(await producer.redis.info('commandstats'))?.[1] ?? 0)
  const before = await calls()
  const ends: Promise<boolean>[] = []
  for (const job of taken) {
    ends.push(loop.end(completed(job)))
    await nextTurn()
  }
  assert.deepEqual(await Promise.all(ends), [true, true, true])
  assert.equal((await calls()) - before, 1)
})
