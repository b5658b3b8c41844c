import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { testTasks } from '../fixtures/tasks.ts'
import { startInstance } from './instance.ts'

test('a task that exhausts the memory of its thread is 500; the run beside it and the server go on', async (t) => {
  const { tasksDir } = await testTasks(t, 'hog', 'gate')
  // Nobody is at that address: a run inside the request needs nobody.
  const server = await startInstance(t, 'server', 'redis://127.0.0.1:1', {
    NODE_OPTIONS: '--max-old-space-size=64',
    THREADS: '2',
    TASK_TIMEOUT_MS: '100000', // the last of its memory is slow to fill on a busy machine
    MAX_TIMEOUT_MS: '100000',
    TASKS_DIR: tasksDir,
  })
  const { url, log } = server
  const blocking = (task: string, query = '') => fetch(`${url}/api/blocking?task=${task}${query}`)

  const file = path.join(tasksDir, 'open')
  const beside = blocking('gate', `&file=${encodeURIComponent(file)}`)
  const hog = await blocking('hog')
  assert.equal(hog.status, 500, log())
  assert.match(String(hog.headers.get('content-type')), /^application\/problem\+json/)
  const problem = (await hog.json()) as { title: string; detail: string }
  assert.equal(problem.title, 'Task Failed')
  assert.match(problem.detail, /^hog failed: it needs more memory than a thread here may use/)
  await writeFile(file, '')
  assert.equal((await beside).status, 200)
  const next = await Promise.all([
    blocking('primes', '&limit=100'),
    blocking('primes', '&limit=100'),
  ])
  assert.deepEqual(
    next.map(({ status }) => status),
    [200, 200],
  )
  const metrics = await (await fetch(`${url}/metrics`)).text()
  assert.match(
    metrics,
    /unblock_wasted_cpu_seconds_total\{reason="out of memory",executor="thread"/,
  )
})
