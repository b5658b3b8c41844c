import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startPool, work } from '../../test/fixtures/runs.ts'
import { loadCatalogue } from '../tasks/catalogue.ts'
import { createEventLoopExecutor } from './event-loop.ts'
import { nowMs } from './executor.ts'

const small: Record<string, object> = {
  primes: { limit: 10_000 },
  mandelbrot: { width: 48, height: 32, iterations: 50, centreX: -0.5, centreY: 0, zoom: 2 },
  password: { password: 'secret', salt: 'salt', rounds: 1 },
}

test('every built-in task has the same result on the event loop and on a thread', async (t) => {
  const { pool } = await startPool(t, [])
  const eventLoop = createEventLoopExecutor(() => {})
  for (const task of (await loadCatalogue()).list()) {
    const params = small[task.name]
    assert.ok(params, `${task.name} has no small parameters in this test`)
    const here = await eventLoop.run(work(task, { params: structuredClone(params) }))
    const there = await pool.run(work(task, { params: structuredClone(params) }))
    assert.equal(there.json, here.json, task.name)
    assert.ok(here.json.length > 10, task.name)
  }
})

test('a run tells when it began, how long it waited and ran, and its CPU time', async (t) => {
  const { pool, run } = await startPool(t, ['chatty'])
  const before = nowMs()
  const started: number[] = []
  const outcome = await run('chatty', { onStart: (at) => started.push(at) })
  const whole = nowMs() - before
  const { startedAt, waitMs, runMs, cpuMs } = outcome
  assert.equal(started.length, 1)
  assert.ok(Math.abs(started[0]! - startedAt) < 100)
  assert.ok(startedAt >= before && waitMs <= startedAt - before, `${waitMs} ms`)
  assert.ok(runMs >= 600 && runMs <= whole, `${runMs} of ${whole} ms`)
  assert.ok(cpuMs > 0 && cpuMs <= runMs + 50, `${cpuMs} of ${runMs} ms`)
  assert.deepEqual(pool.load(), { size: 1, running: 0, waiting: 0 })
})
