import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type RunningStack, startStack, startUp, temporaryFolder } from './stack.ts'

async function kill(stack: RunningStack, name: string): Promise<void> {
  const { pid } = await stack.process(name)
  process.kill(pid!, 'SIGKILL')
}

/** Asks every 5 ms, over new and kept connections, until told to stop; the answers' statuses. */
function askAllTheTime(url: string): () => Promise<Record<number, number>> {
  const statuses: Record<number, number> = {}
  let goesOn = true
  const asking = (async () => {
    while (goesOn) {
      const status = await fetch(url).then(
        (response) => response.arrayBuffer().then(() => response.status),
        () => 0,
      )
      statuses[status] = (statuses[status] ?? 0) + 1
    }
  })()
  return async () => {
    goesOn = false
    await asking
    return statuses
  }
}

test('a server that is killed starts again, and no request notices', async (t) => {
  const stack = await startStack(t, { servers: 2 })
  const stop = askAllTheTime(`${stack.url}/api/tasks`)
  await kill(stack, 'server-2')
  await stack.waitForLog(/server-2 was killed by SIGKILL; starting it again in 0\.1 s/)
  await stack.waitForLog(/server-2 is ready again/)
  const statuses = await stop()
  assert.deepEqual(Object.keys(statuses), ['200'])
  const server = await stack.process('server-2')
  assert.deepEqual([server.state, server.restarts], ['ready', 1])
})

test('nginx that is killed starts again, on the same port', async (t) => {
  const stack = await startStack(t)
  await kill(stack, 'nginx')
  await stack.waitForLog(/nginx was killed by SIGKILL/)
  await stack.waitForLog(/nginx is ready again/)
  assert.equal((await fetch(`${stack.url}/readyz`)).status, 200)
})

test('Redis that is killed starts again, with the jobs it had', async (t) => {
  const stack = await startStack(t, { workers: 0 })
  const accepted = await fetch(`${stack.url}/api/non-blocking?task=primes&limit=1000`)
  const location = accepted.headers.get('location')
  await new Promise((resolve) => setTimeout(resolve, 1100)) // appendfsync everysec
  await kill(stack, 'redis')
  await stack.waitForLog(/redis is ready again/)
  assert.equal((await stack.scale({ worker: 1 })).code, 0)
  const job = await fetch(`${stack.url}${location}`, { headers: { prefer: 'wait=20' } })
  assert.equal(((await job.json()) as { state: string }).state, 'completed')
})

test('a server that is frozen does not hold up the others', async (t) => {
  const stack = await startStack(t, { servers: 2 })
  const { pid } = await stack.process('server-1')
  process.kill(pid!, 'SIGSTOP')
  const list = await stack.ps()
  assert.ok(list.find(({ name }) => name === 'server-2')!.rssBytes! > 0)
  process.kill(pid!, 'SIGCONT')
})

/** A folder of tasks with one file. */
function tasksFolder(t: Parameters<typeof temporaryFolder>[0], name: string, text: string): string {
  const folder = join(temporaryFolder(t), 'tasks')
  mkdirSync(folder)
  writeFileSync(join(folder, name), text)
  return folder
}

test('a process that keeps dying stops the stack, with its last lines', async (t) => {
  const tasks = tasksFolder(
    t,
    'crash.ts',
    `import { isMainThread } from 'node:worker_threads'
     if (isMainThread) {
       console.error('out of luck')
       process.exit(3)
     }`,
  )
  const stack = startUp(t, { workers: 0, args: ['--tasks', tasks] })
  const { code } = await stack.ended
  assert.equal(code, 1)
  assert.equal(stack.logs.match(/server-1 exited with code 3; starting it again/g)?.length, 4)
  assert.match(
    stack.logs,
    /^error: server-1 exited with code 3, 5 times in a row within seconds of its start; its last lines:\n( {2}.*\n)*? {2}out of luck\n/m,
  )
  assert.doesNotMatch(stack.logs, /ready in/)
})

test('a task file that does not load stops up at once, and is named once', async (t) => {
  const tasks = tasksFolder(t, 'broken.ts', 'export default {')
  const stack = startUp(t, { servers: 3, args: ['--tasks', tasks] })
  const { code } = await stack.ended
  assert.equal(code, 1)
  assert.equal(stack.logs.match(/^error: \S+\/broken\.ts: /gm)?.length, 1)
  assert.equal(stack.logs.match(/does not load/g)?.length, 1)
  assert.doesNotMatch(stack.logs, /starting it again|^\s+at /m)
})

test('a change of scale that cannot work is undone, and the stack goes on', async (t) => {
  const tasks = tasksFolder(t, 'fine.ts', '')
  writeFileSync(join(tasks, 'fine.ts'), TASK)
  const stack = await startStack(t, { args: ['--tasks', tasks] })
  writeFileSync(join(tasks, 'fine.ts'), 'export default {')
  const { code, stderr } = await stack.scale({ server: 3 })
  assert.equal(code, 1)
  assert.match(stderr, /^error: \S+\/fine\.ts: /)
  const list = await stack.ps()
  assert.deepEqual(list.map(({ name }) => name).sort(), ['nginx', 'redis', 'server-1', 'worker-1'])
  assert.equal((await fetch(`${stack.url}/readyz`)).status, 200)
})

const TASK = `
import { defineTask, Type } from '${new URL('../../src/tasks/index.ts', import.meta.url)}'
export default defineTask({
  name: 'fine',
  summary: 'nothing',
  params: Type.Object({}, { additionalProperties: false }),
  run: () => 1,
})
`
