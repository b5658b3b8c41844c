import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { failureOf, startPool } from '../../test/fixtures/runs.ts'
import { pastDeadline, until } from '../../test/fixtures/until.ts'
import { WorkError } from './executor.ts'

/** What is left of a run that ends without its result: no thread, no listener, no timer, but its CPU time. */

type Pool = Awaited<ReturnType<typeof startPool>>

/** How a run ended, whichever way. */
const endOf = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'well',
    (error) => (error instanceof WorkError ? error.reason : String(error)),
  )

/** As many runs as the pool has threads start at once, and no thread is there besides them. */
async function assertWhole({ pool, dir, run }: Pool): Promise<void> {
  const { size } = pool.load()
  assert.deepEqual(pool.load(), { size, running: 0, waiting: 0 })
  const file = path.join(dir, `whole-${performance.now()}`)
  const all = Array.from({ length: size }, () => run('gate', { params: { file } }))
  await until('all threads run', () => pool.load().running === size)
  if (process.platform === 'linux')
    await until('the ended threads are gone', async () => (await lowThreads()) === size)
  await writeFile(file, '')
  await Promise.all(all)
  assert.deepEqual(pool.load(), { size, running: 0, waiting: 0 })
}

/** How many threads of this process have the lowest priority: those of the pool. proc(5) */
async function lowThreads(): Promise<number> {
  const threads = await readdir('/proc/self/task')
  const stats = await Promise.all(
    threads.map((id) => readFile(`/proc/self/task/${id}/stat`, 'utf8').catch(() => '')),
  )
  const niceness = stats.map((stat) => stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
  return niceness.filter((each) => each === '19').length
}

const timers = () =>
  process.getActiveResourcesInfo().filter((each) => each === 'Timeout' || each === 'Immediate')
    .length

test('fifty runs given up at random moments leave the pool with all its threads, and nothing else', async (t) => {
  const pool = await startPool(t, ['loop', 'echo', 'gate'], { size: 2, queueLimit: 50 })
  await assertWhole(pool)
  const timersBefore = timers()
  const signals: AbortSignal[] = []
  let started = 0
  const giveUpOne = async (index: number) => {
    const left = new AbortController()
    signals.push(left.signal)
    const begun = Promise.withResolvers<void>()
    const onStart = () => {
      started++
      begun.resolve()
    }
    const task = index % 5 === 0 ? 'echo' : 'loop'
    const end = endOf(pool.run(task, { params: { value: 1 }, signal: left.signal, onStart }))
    if (index % 2 === 0) await begun.promise
    await sleep(Math.random() * 20)
    left.abort()
    return end
  }
  const ends: string[] = []
  // Five at a time, for two threads: some are given up as they wait in line.
  const indices = Array.from({ length: 50 }, (_, index) => index).values()
  const giveUpInTurn = async () => {
    for (const index of indices) ends.push(await giveUpOne(index))
  }
  await Promise.all(Array.from({ length: 5 }, giveUpInTurn))
  assert.equal(ends.length, 50)
  for (const end of ends) assert.match(end, /^(aborted|well)$/)
  assert.ok(started >= 25, `${started} started`)
  assert.deepEqual(
    signals.map((signal) => getEventListeners(signal, 'abort').length),
    signals.map(() => 0),
  )
  await assertWhole(pool)
  await until('no timer is left', () => timers() <= timersBefore)
})

test('a run that is given up in the moment of its end ends one way or the other, and harms none', async (t) => {
  const pool = await startPool(t, ['echo', 'gate'], { size: 1 })
  for (let index = 0; index < 20; index++) {
    const left = new AbortController()
    const begun = Promise.withResolvers<void>()
    const onStart = () => begun.resolve()
    const run = endOf(pool.run('echo', { params: { value: index }, signal: left.signal, onStart }))
    await begun.promise
    for (let turns = index % 4; turns > 0; turns--) await nextTurn()
    left.abort()
    assert.match(await run, /^(aborted|well)$/)
    assert.equal((await pool.run('echo', { params: { value: index } })).json, String(index))
  }
  await assertWhole(pool)
})

/** Starts a run that computes for ever, and waits until it has used so much CPU. */
async function startBurning({ dir, run }: Pool, ms: number, signal: AbortSignal) {
  const file = path.join(dir, 'burnt')
  const spent = async () => Number(await readFile(file, 'utf8').catch(() => 0))
  const lost = failureOf(run('burn', { params: { file }, signal }))
  await until(`${ms} ms of CPU are spent`, async () => (await spent()) >= ms)
  return { lost, spent }
}

// What the system tells may be as old as one tick of its clock.
const tickMs = 15

test('the CPU time of a run that is given up is what it has used by its own account', async (t) => {
  const pool = await startPool(t, ['burn', 'echo', 'gate'])
  // So that the thread has a past: only the run's own CPU time counts.
  await pool.run('echo', { params: { value: 1 } })
  const left = new AbortController()
  const { lost, spent } = await startBurning(pool, 300, left.signal)
  const before = await spent()
  left.abort()
  const { reason, cpuMs } = await lost
  assert.equal(reason, 'aborted')
  await assertWhole(pool)
  const atEnd = await spent()
  assert.ok(cpuMs >= before - tickMs && cpuMs <= atEnd + tickMs, `${before} ${cpuMs} ${atEnd}`)
})

test('the CPU time of a run is known at its deadline, and when the pool closes', async (t) => {
  const pool = await startPool(t, ['burn', 'gate'])
  const file = path.join(pool.dir, 'late')
  const { result } = await pastDeadline(
    (timeoutMs) => failureOf(pool.run('burn', { params: { file }, timeoutMs })),
    ({ reason }) => reason !== 'deadline before start',
  )
  assert.equal(result.reason, 'deadline')
  await assertWhole(pool)
  const late = Number(await readFile(file, 'utf8'))
  assert.ok(result.cpuMs > 0 && result.cpuMs <= late + tickMs, `${result.cpuMs} of ${late}`)
  const { lost, spent } = await startBurning(pool, 100, new AbortController().signal)
  await pool.pool.close()
  const closed = await lost
  assert.equal(closed.reason, 'aborted')
  const atEnd = await spent()
  assert.ok(closed.cpuMs >= 100 - tickMs && closed.cpuMs <= atEnd + tickMs, `${closed.cpuMs}`)
})

test('what a run used that threw is known; of a thread that died, the time it took', async (t) => {
  const { run } = await startPool(t, ['busy', 'exits'])
  const { cpuMs } = await failureOf(run('busy', { params: { ms: 60, throws: true } }))
  assert.ok(cpuMs >= 60 && cpuMs < 160, `${cpuMs} ms`)
  const before = performance.now()
  const died = await failureOf(run('exits'))
  assert.equal(died.reason, 'thread died')
  assert.ok(died.cpuMs > 0 && died.cpuMs <= performance.now() - before, `${died.cpuMs} ms`)
})

test('a run that never started has used no CPU time, whatever became of it', async (t) => {
  const { run } = await startPool(t, ['loop', 'echo'], { queueLimit: 2 })
  const [first, second] = [new AbortController(), new AbortController()]
  const running = failureOf(run('loop', { signal: first.signal }))
  const waits = { params: { value: 1 } }
  const given = failureOf(run('echo', { ...waits, signal: second.signal }))
  const late = failureOf(run('echo', { ...waits, timeoutMs: 30 }))
  const full = await failureOf(run('echo', waits))
  second.abort()
  const ends = [await given, await late, full].map(({ reason, cpuMs }) => [reason, cpuMs])
  assert.deepEqual(ends, [
    ['aborted', 0],
    ['deadline before start', 0],
    ['full', 0],
  ])
  first.abort()
  await running
})
