import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { atEnd } from '../fixtures/at-end.ts'
import { testTasks } from '../fixtures/tasks.ts'
import { until } from '../fixtures/until.ts'

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

test('a task that exhausts the memory of its thread is 500; the run beside it and the server go on', async (t) => {
  const { tasksDir } = await testTasks(t, 'hog', 'gate')
  const server = spawn(process.execPath, [cli, 'server'], {
    env: {
      ...process.env,
      NODE_OPTIONS: '--max-old-space-size=64',
      REDIS_URL: 'redis://127.0.0.1:1', // nobody is there: a run inside the request needs nobody
      PORT: '0',
      THREADS: '2',
      TASK_TIMEOUT_MS: '100000', // the last of its memory is slow to fill on a busy machine
      MAX_TIMEOUT_MS: '100000',
      TASKS_DIR: tasksDir,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(server, 'exit')
  atEnd(t, async () => {
    server.kill('SIGKILL')
    await ended
  })
  let log = ''
  for (const stream of [server.stdout, server.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
  const url = await until('it listens', () => /listening on (http:\S+)/.exec(log)?.[1])
  const blocking = (task: string, query = '') => fetch(`${url}/api/blocking?task=${task}${query}`)

  const file = path.join(tasksDir, 'open')
  const beside = blocking('gate', `&file=${encodeURIComponent(file)}`)
  const hog = await blocking('hog')
  assert.equal(hog.status, 500, log)
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
