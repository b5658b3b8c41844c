import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { runCode } from '../../test/fixtures/child.ts'
import { type TestTask, testTasks } from '../../test/fixtures/tasks.ts'

/** Threads that may take their process with them: so each of these pools is in a process of its own. */
async function startProcess(t: TestContext, tasks: TestTask[], code: string, args: string[] = []) {
  const { tasksDir } = await testTasks(t, ...tasks)
  return runCode(
    t,
    `import { createThreadExecutor } from 'src:executors/thread.ts'
    import { loadCatalogue } from 'src:tasks/catalogue.ts'
    const tasksDir = ${JSON.stringify(tasksDir)}
    const catalogue = await loadCatalogue(tasksDir)
    const pool = createThreadExecutor({ size: 2, queueLimit: 1, tasksDir })
    const run = (task, params = {}, timeoutMs = 100_000) =>
      pool
        .run({ task: catalogue.get(task), params, timeoutMs, signal: new AbortController().signal })
        .then(({ json }) => json, ({ reason, message }) => reason + ': ' + message)
        .then((ended) => console.log(ended))
    ${code}
    await pool.close()
    console.log('closed')`,
    { args },
  )
}

test('a task that exhausts the memory fails; the run beside it and the next ones do not', async (t) => {
  const code = `
    import { writeFileSync } from 'node:fs'
    const file = tasksDir + '/open'
    const beside = run('gate', { file })
    await run('hog')
    writeFileSync(file, '')
    await beside
    await Promise.all([1, 2].map((value) => run('echo', { value })))`
  const child = await startProcess(t, ['hog', 'gate', 'echo'], code, ['--max-old-space-size=32'])
  assert.equal(await child.ended(), 0, child.output())
  const [hog, ...rest] = child.output().trimEnd().split('\n')
  assert.match(
    hog ?? '',
    /^out of memory: it needs more memory than a thread here may use \(.*MB\):/,
  )
  assert.match(hog ?? '', /NODE_OPTIONS=--max-old-space-size/)
  assert.deepEqual(rest.toSorted(), ['"open"', '1', '2', 'closed'])
})

test('a loop that the compiler has unrolled can be ended as well', async (t) => {
  const code = `await run('echo', { value: 1 }); await run('unrolled', {}, 1000)`
  const child = await startProcess(t, ['unrolled', 'echo'], code)
  await child.says(/closed/)
  assert.match(child.output(), /^1\ndeadline: .+\nclosed\n$/)
  assert.equal(await child.ended(), 0)
})
