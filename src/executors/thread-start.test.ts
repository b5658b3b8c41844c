import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { runCode } from '../../test/fixtures/child.ts'
import { failureOf, startPool } from '../../test/fixtures/runs.ts'
import { testTasks } from '../../test/fixtures/tasks.ts'

test('where a thread ends before it has started, the next one is tried a second later', async (t) => {
  const { dir, run, pool } = await startPool(t, ['exits', 'echo'])
  assert.equal((await run('echo', { params: { value: 1 } })).json, '1')
  const file = path.join(dir, 'echo.mjs')
  const source = await readFile(file, 'utf8')
  await writeFile(file, 'process.exit(3)')
  assert.equal((await failureOf(run('exits'))).reason, 'thread died')
  const next = run('echo', { params: { value: 2 } })
  setTimeout(() => writeFile(file, source), 500)
  assert.equal((await next).json, '2')
  assert.deepEqual(pool.load(), { size: 1, running: 0, waiting: 0 })
})

test('a process ends when nobody waits for a run, though its threads are there; not before', async (t) => {
  const { tasksDir } = await testTasks(t, 'echo')
  const child = runCode(
    t,
    `import { createThreadExecutor } from 'src:executors/thread.ts'
    const pool = createThreadExecutor({ size: 2, queueLimit: 1, tasksDir: ${JSON.stringify(tasksDir)} })
    const work = { task: { name: 'echo' }, timeoutMs: 100_000, signal: new AbortController().signal }
    for (const value of [1, 2])
      pool.run({ ...work, params: { value } }).then(({ json }) => console.log(json))`,
  )
  assert.equal(await child.ended(), 0, child.output())
  assert.deepEqual(child.output().trim().split('\n').toSorted(), ['1', '2'])
})

test('what a task prints is there when its run has ended', async (t) => {
  const { tasksDir } = await testTasks(t, 'prints')
  const child = runCode(
    t,
    `import { createThreadExecutor } from 'src:executors/thread.ts'
    const pool = createThreadExecutor({ size: 1, queueLimit: 1, tasksDir: ${JSON.stringify(tasksDir)} })
    const work = { task: { name: 'prints' }, timeoutMs: 100_000, signal: new AbortController().signal }
    await pool.run({ ...work, params: { lines: 20 } })
    console.log('ended')`,
  )
  assert.equal(await child.ended(), 0, child.output())
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`)
  assert.equal(child.output(), [...lines, 'ended', ''].join('\n'))
})

test('where nobody reads what a task prints, one result comes a little later, and none after it', async (t) => {
  const { tasksDir } = await testTasks(t, 'echo', 'prints')
  const child = runCode(
    t,
    `import { createThreadExecutor } from 'src:executors/thread.ts'
    process.stdout.write = () => false // as that of a pipe that is full
    const pool = createThreadExecutor({ size: 1, queueLimit: 1, tasksDir: ${JSON.stringify(tasksDir)} })
    const work = { timeoutMs: 100_000, signal: new AbortController().signal }
    await pool.run({ ...work, task: { name: 'prints' }, params: { lines: 20_000 } })
    const began = performance.now()
    for (let run = 0; run < 50; run++) await pool.run({ ...work, task: { name: 'echo' }, params: { value: run } })
    process.stderr.write(JSON.stringify(performance.now() - began))`,
  )
  assert.equal(await child.ended(), 0, child.output())
  const ms = Number(child.output())
  assert.ok(ms < 2500, `50 runs took ${ms} ms`) // with 50 ms of waiting for each of them it would be more
})
