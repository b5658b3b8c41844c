import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { failureOf, startPool } from '../../test/fixtures/runs.ts'
import { until } from '../../test/fixtures/until.ts'

/** Short runs are handed to a thread ahead, behind one that has not ended. None of them is lost by what that does. */

type Pool = Awaited<ReturnType<typeof startPool>>

/** From now on its runs are known to be short. */
async function warmUp({ run, pool }: Pool): Promise<void> {
  const all = Array.from({ length: 8 }, (_, value) => run('echo', { params: { value } }))
  await Promise.all(all)
  assert.deepEqual(pool.load(), { size: pool.load().size, running: 0, waiting: 0 })
}

/** Runs that tell in which order they have begun. */
function echoes({ run }: Pool, count: number) {
  const order: number[] = []
  const runs = Array.from({ length: count }, (_, value) =>
    run('echo', { params: { value }, onStart: () => order.push(value) }),
  )
  return { order, runs, results: () => Promise.all(runs.map(async (each) => (await each).json)) }
}

const upTo = (count: number) => Array.from({ length: count }, (_, value) => value)

test('when a run is given up, those that were handed to its thread run on the next one, once and in order', async (t) => {
  const pool = await startPool(t, ['loop', 'echo'])
  await warmUp(pool)
  const left = new AbortController()
  const lost = failureOf(pool.run('loop', { signal: left.signal }))
  const behind = echoes(pool, 6)
  await until('it runs', () => pool.pool.load().running === 1)
  assert.deepEqual(pool.pool.load(), { size: 1, running: 1, waiting: 6 })
  left.abort()
  assert.deepEqual(await behind.results(), upTo(6).map(String))
  assert.deepEqual(behind.order, upTo(6))
  assert.equal((await lost).reason, 'aborted')
})

test('when a run ends its thread, those that were handed to it run on the next one', async (t) => {
  const pool = await startPool(t, ['exits', 'echo'])
  await warmUp(pool)
  const died = failureOf(pool.run('exits'))
  const behind = echoes(pool, 6)
  assert.deepEqual(await behind.results(), upTo(6).map(String))
  assert.deepEqual(behind.order, upTo(6))
  assert.equal((await died).reason, 'thread died')
})

test('what was handed to a thread that turns out busy for long runs on another one', async (t) => {
  const pool = await startPool(t, ['loop', 'echo'], { size: 2, queueLimit: 20 })
  await warmUp(pool)
  const left = new AbortController()
  const lost = failureOf(pool.run('loop', { signal: left.signal }))
  for (let round = 0; round < 3; round++)
    assert.deepEqual(await echoes(pool, 10).results(), upTo(10).map(String))
  assert.deepEqual(pool.pool.load(), { size: 2, running: 1, waiting: 0 })
  left.abort()
  assert.equal((await lost).reason, 'aborted')
})

test('a run that was handed ahead is given up, or passes its deadline, as one that waits', async (t) => {
  const pool = await startPool(t, ['gate', 'echo'])
  await warmUp(pool)
  const file = path.join(pool.dir, 'open')
  const first = pool.run('gate', { params: { file } })
  const left = new AbortController()
  let started = 0
  const ahead = { params: { value: 1 }, onStart: () => void started++ }
  const given = failureOf(pool.run('echo', { ...ahead, signal: left.signal }))
  const late = failureOf(pool.run('echo', { ...ahead, timeoutMs: 50 }))
  const last = pool.run('echo', { params: { value: 'last' } })
  left.abort()
  const ends = [await given, await late].map(({ reason, cpuMs }) => [reason, cpuMs])
  assert.deepEqual(ends, [
    ['aborted', 0],
    ['deadline before start', 0],
  ])
  await writeFile(file, '')
  assert.equal((await first).json, '"open"')
  assert.equal((await last).json, '"last"')
  assert.equal(started, 0)
})

test('what ended before a run that is given up is not lost with the thread, though nobody has heard of it', async (t) => {
  const pool = await startPool(t, ['loop', 'echo'])
  await warmUp(pool)
  const before = echoes(pool, 2)
  const left = new AbortController()
  const lost = failureOf(pool.run('loop', { signal: left.signal }))
  const held = performance.now() // meanwhile the event loop hears nothing
  while (performance.now() - held < 100);
  left.abort()
  assert.deepEqual(await before.results(), ['0', '1'])
  assert.equal((await lost).reason, 'aborted')
})

test('a run may be given up as it is told that it has begun, by itself or by another one', async (t) => {
  const pool = await startPool(t, ['loop', 'echo'])
  await warmUp(pool)
  const left = new AbortController()
  const onStart = () => left.abort()
  const runs = [
    pool.run('echo', { params: { value: 1 }, signal: left.signal, onStart }),
    pool.run('loop', { signal: left.signal }),
    pool.run('echo', { params: { value: 3 }, signal: left.signal }),
  ]
  for (const { reason } of await Promise.all(runs.map(failureOf))) assert.equal(reason, 'aborted')
  assert.equal((await pool.run('echo', { params: { value: 4 } })).json, '4')
})

test('closing ends also what was handed ahead', async (t) => {
  const pool = await startPool(t, ['loop', 'echo'])
  await warmUp(pool)
  const lost = failureOf(pool.run('loop'))
  const ends = echoes(pool, 3).runs.map(failureOf)
  await pool.pool.close()
  for (const { reason } of [await lost, ...(await Promise.all(ends))])
    assert.equal(reason, 'aborted')
})

test('many short runs, and others that are given up among them: each ends once, and as it should', async (t) => {
  const pool = await startPool(t, ['loop', 'echo', 'exits'], { size: 2, queueLimit: 500 })
  await warmUp(pool)
  const starts = new Map<number, number>()
  const short = async (value: number) => {
    const onStart = () => void starts.set(value, (starts.get(value) ?? 0) + 1)
    assert.equal((await pool.run('echo', { params: { value }, onStart })).json, String(value))
    assert.equal(starts.get(value), 1)
  }
  const endless = async () => {
    const left = new AbortController()
    const lost = failureOf(pool.run('loop', { signal: left.signal }))
    await sleep(Math.random() * 40)
    left.abort()
    assert.equal((await lost).reason, 'aborted')
  }
  const deadly = async () =>
    assert.equal((await failureOf(pool.run('exits'))).reason, 'thread died')
  const all = upTo(300).map((value) => {
    if (value % 30 === 7) return endless()
    return value % 60 === 13 ? deadly() : short(value)
  })
  await Promise.all(all)
  assert.deepEqual(pool.pool.load(), { size: 2, running: 0, waiting: 0 })
})
