import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { getPriority } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { failureOf, startPool } from '../../test/fixtures/runs.ts'
import { pastDeadline, until } from '../../test/fixtures/until.ts'

const gone = { size: 1, running: 0, waiting: 0 }

test('the event loop turns while a thread computes', async (t) => {
  const { run } = await startPool(t, ['chatty'])
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  t.after(() => clearInterval(timer))
  await run('chatty')
  assert.ok(turns > 10, `${turns} turns`)
})

test('a thread that loops for ever stops within 200 ms when nobody wants it', async (t) => {
  const { pool, dir, run } = await startPool(t, ['spin', 'echo'])
  const file = path.join(dir, 'beats')
  const left = new AbortController()
  const started = Promise.withResolvers<void>()
  const lost = failureOf(
    run('spin', { params: { file }, signal: left.signal, onStart: () => started.resolve() }),
  )
  await started.promise
  await until('the thread computes', async () => (await lastBeat(file)) > 0)
  assert.deepEqual(pool.load(), { size: 1, running: 1, waiting: 0 })
  const leftAt = Date.now()
  left.abort()
  assert.equal((await lost).reason, 'aborted')
  assert.deepEqual(pool.load(), gone)
  // The pool is whole again: and as this takes longer than the 200 ms, the thread has had its chance.
  assert.equal((await run('echo', { params: { value: 'whole' } })).json, '"whole"')
  await untilNoThreadComputes()
  const beat = await lastBeat(file)
  assert.ok(beat - leftAt < 200, `it computed for another ${beat - leftAt} ms`)
})

/** When the task last used CPU, by its own clock; 0 before the first time. */
async function lastBeat(file: string): Promise<number> {
  return Number(await readFile(file, 'utf8').catch(() => 0))
}

/** Waits for the threads of this process that compute at low priority to be gone, where it can tell. */
async function untilNoThreadComputes(): Promise<void> {
  if (process.platform !== 'linux') return
  await until('no thread computes', async () => !(await lowThreads()).includes('R'))
}

/** The state of each thread of this process at the lowest priority: R runs, S sleeps. proc(5) */
async function lowThreads(): Promise<string[]> {
  const threads = await readdir('/proc/self/task')
  const stats = await Promise.all(
    threads.map((id) => readFile(`/proc/self/task/${id}/stat`, 'utf8').catch(() => '')),
  )
  const fields = stats.map((stat) => stat.slice(stat.lastIndexOf(')') + 2).split(' '))
  return fields.filter((each) => each[16] === '19').map(([state]) => state ?? '')
}

test('a deadline ends a loop without end, and says so', async (t) => {
  const { pool, run } = await startPool(t, ['loop', 'echo'])
  await run('echo', { params: { value: 'the threads are there' } })
  const { result, timeoutMs } = await pastDeadline(
    (timeoutMs) => failureOf(run('loop', { timeoutMs })),
    ({ reason }) => reason !== 'deadline before start',
  )
  assert.equal(result.reason, 'deadline')
  assert.equal(result.message, `ran past its deadline of ${timeoutMs} ms`)
  assert.deepEqual(pool.load(), gone)
  assert.equal((await run('echo', { params: { value: 1 } })).json, '1')
  await untilNoThreadComputes()
})

test('a run that is still waiting at its deadline never starts', async (t) => {
  const { pool, run } = await startPool(t, ['loop', 'echo'])
  const left = new AbortController()
  const first = failureOf(run('loop', { signal: left.signal }))
  let started = false
  const onStart = () => {
    started = true
  }
  const late = await failureOf(run('echo', { params: { value: 1 }, timeoutMs: 50, onStart }))
  assert.equal(late.reason, 'deadline before start')
  assert.equal(late.message, 'was not started within 50 ms')
  assert.ok(!started)
  left.abort()
  assert.equal((await first).reason, 'aborted')
  assert.deepEqual(pool.load(), gone)
})

test('a run that is given up while it waits never starts', async (t) => {
  const { pool, run } = await startPool(t, ['gate', 'echo'])
  const gate = path.join((await startPool(t, [])).dir, 'open')
  const first = run('gate', { params: { file: gate } })
  const left = new AbortController()
  let started = false
  const onStart = () => {
    started = true
  }
  const given = failureOf(run('echo', { params: { value: 1 }, signal: left.signal, onStart }))
  left.abort()
  assert.equal((await given).reason, 'aborted')
  const third = run('echo', { params: { value: 3 } })
  await writeFile(gate, '')
  assert.equal((await first).json, '"open"')
  assert.equal((await third).json, '3')
  assert.ok(!started)
  assert.deepEqual(pool.load(), gone)
})

test('more than fit into the line are refused at once, and those in it are served', async (t) => {
  const { pool, dir, run } = await startPool(t, ['gate'], { queueLimit: 1 })
  const params = { file: path.join(dir, 'open') }
  const inside = [run('gate', { params }), run('gate', { params })]
  const { reason, message } = await failureOf(run('gate', { params }))
  assert.equal(reason, 'full')
  assert.equal(message, '1 task waits for a thread already')
  await until('one runs', () => pool.load().running === 1)
  assert.deepEqual(pool.load(), { size: 1, running: 1, waiting: 1 })
  await writeFile(params.file, '')
  assert.deepEqual(await Promise.all(inside.map(async (each) => (await each).json)), [
    '"open"',
    '"open"',
  ])
  assert.deepEqual(pool.load(), gone)
})

test('with no line at all, as many run as there are threads', async (t) => {
  const { dir, run } = await startPool(t, ['gate'], { size: 2, queueLimit: 0 })
  const params = { file: path.join(dir, 'open') }
  const inside = [run('gate', { params }), run('gate', { params })]
  assert.equal((await failureOf(run('gate', { params }))).reason, 'full')
  await writeFile(params.file, '')
  await Promise.all(inside)
})

test('runs that wait start in the order in which they came', async (t) => {
  const { dir, run } = await startPool(t, ['gate', 'echo'])
  const file = path.join(dir, 'open')
  const first = run('gate', { params: { file } })
  const order: number[] = []
  const signal = new AbortController().signal
  const runs = [1, 2, 3, 4, 5].map((value) =>
    run('echo', { params: { value }, signal, onStart: () => order.push(value) }),
  )
  await writeFile(file, '')
  await Promise.all([first, ...runs])
  assert.deepEqual(order, [1, 2, 3, 4, 5])
})

test('what a task throws, and a result that is not JSON, are told; the thread lives on', async (t) => {
  const { run } = await startPool(t, ['throws', 'bigint', 'nothing'])
  const threw = await failureOf(run('throws'))
  assert.deepEqual([threw.reason, threw.message], ['threw', 'too large for me'])
  const bigint = await failureOf(run('bigint'))
  assert.equal(bigint.reason, 'threw')
  assert.match(bigint.message, /^its result is not JSON: .*BigInt/)
  assert.equal((await run('nothing')).json, 'null')
})

test('a task that ends its thread fails, and the next run has a new one', async (t) => {
  const { pool, run } = await startPool(t, ['exits', 'echo'])
  for (const value of [1, 2]) {
    const { reason, message } = await failureOf(run('exits'))
    assert.equal(reason, 'thread died')
    assert.match(message, /^its thread ended: .*exited with code: 7$/)
    assert.equal((await run('echo', { params: { value } })).json, String(value))
  }
  assert.deepEqual(pool.load(), gone)
})

test('a task whose file was spoilt since says so on a new thread; the built-in ones go on', async (t) => {
  const { dir, run } = await startPool(t, ['exits', 'echo'])
  assert.equal((await run('echo', { params: { value: 1 } })).json, '1')
  await writeFile(path.join(dir, 'echo.mjs'), 'export default {')
  assert.equal((await failureOf(run('exits'))).reason, 'thread died')
  const { reason, message } = await failureOf(run('echo', { params: { value: 2 } }))
  assert.equal(reason, 'threw')
  assert.match(message, /^a new thread could not load it: .*echo\.mjs: does not load: /)
  assert.equal((await run('primes', { params: { limit: 10 } })).json, '{"limit":10,"primes":4}')
})

test('progress comes across from the thread: it never falls, ten times a second at most', async (t) => {
  const { run } = await startPool(t, ['chatty'])
  const told: number[] = []
  const { runMs } = await run('chatty', { onProgress: (fraction) => told.push(fraction) })
  assert.ok(told.length >= 1 && told.length <= runMs / 100, `${told.length} in ${runMs} ms`)
  assert.deepEqual(
    told,
    told.toSorted((a, b) => a - b),
  )
  assert.ok(told.every((fraction) => fraction > 0 && fraction <= 1))
})

test('threads stand behind the event loop for a CPU', {
  skip: process.platform !== 'linux' && 'a thread has its own priority on Linux only',
}, async (t) => {
  const { run } = await startPool(t, ['niceness'])
  const before = getPriority()
  assert.equal((await run('niceness')).json, '19')
  assert.equal(getPriority(), before)
})

test('what a run would wait is foretold by the runs before it', async (t) => {
  const { pool, dir, run } = await startPool(t, ['chatty', 'gate'], { size: 1 })
  assert.equal(pool.expectedWaitMs(), 0)
  await run('chatty')
  assert.equal(pool.expectedWaitMs(), 0)
  const params = { file: path.join(dir, 'open') }
  const runs = [run('gate', { params }), run('gate', { params })]
  const expected = pool.expectedWaitMs()
  assert.ok(expected > 50 && expected < 10_000, `${expected} ms`)
  await writeFile(params.file, '')
  await Promise.all(runs)
})

test('closing ends what runs and what waits, and refuses what comes later', async (t) => {
  const { pool, run } = await startPool(t, ['loop'])
  const runs = [failureOf(run('loop')), failureOf(run('loop'))]
  await until('one runs', () => pool.load().running === 1)
  await pool.close()
  await pool.close()
  const reasons = (await Promise.all(runs)).map((error) => error.reason)
  assert.deepEqual(reasons, ['aborted', 'aborted'])
  assert.equal((await failureOf(run('loop'))).reason, 'aborted')
  assert.deepEqual(pool.load(), gone)
})
