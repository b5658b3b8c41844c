import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { LightLoad } from '../chaos/light-load.ts'
import { atEnd } from '../fixtures/at-end.ts'
import { until } from '../fixtures/until.ts'
import { type RunningStack, startStack, startUp, temporaryFolder, unblock } from './stack.ts'

// One stack for what changes a stack that runs: each test brings it to the scale it wants.
const stack = await startStack({ after }, { servers: 2, env: { GRACE_MS: '100' } })

/** A constant load on the stack; `noneFailed` ends it. */
function load(t: TestContext) {
  const made = new LightLoad({ url: stack.url, rate: 100, maxSeconds: 110 })
  atEnd(t, () => made.stop())
  return {
    made,
    async noneFailed() {
      assert.ok(!made.hasEnded, 'the load ended before the test')
      await made.stop()
      assert.deepEqual(made.failures, [])
      // Where this process got no CPU for that long, Redis did not either, and is given up after 1 s.
      if (made.longestStallMs < 300) assert.deepEqual(made.refusals, [])
      t.diagnostic(`${made.made} requests`)
      assert.ok(made.made > 50, 'too few requests to tell')
    },
  }
}

async function pids(of: RunningStack): Promise<Record<string, number | null>> {
  return Object.fromEntries((await of.ps()).map(({ name, pid }) => [name, pid]))
}

async function restart(of: RunningStack, ...args: string[]) {
  const { stdout, stderr, code } = await unblock(['restart', ...args], of.dir)
  return { lines: stdout.split('\n').slice(0, -1), stderr, code }
}

/** Without the seconds, which are the machine's. */
function steps({ lines }: { lines: string[] }): string[] {
  return lines.map((line) => line.replace(/ in \d+\.\d s$/, ''))
}

test('names of none that run are refused with those that do', async () => {
  for (const words of [['worker', 'server-9'], ['worker-2']]) {
    const { code, stderr } = await restart(stack, ...words)
    const right = 'only server-1, server-2, worker-1'
    assert.deepEqual([code, stderr], [1, `error: there is no ${words.at(-1)} here, ${right}\n`])
  }
})

for (const signal of ['SIGTERM', 'SIGKILL'] as const)
  test(`${signal} of one server of several fails no request, and it starts again`, async (t) => {
    const before = await stack.process('server-2')
    const { made, noneFailed } = load(t)
    await made.untilMade(50)
    const { length } = stack.logs
    process.kill(before.pid!, signal)
    await stack.waitForLog(/server-2 is ready again/, { after: length })
    await made.nextFrom('server-2')
    await noneFailed()
    const { restarts } = await stack.process('server-2')
    assert.equal(restarts, before.restarts + 1)
  })

test('a rolling restart under load renews every instance, and fails no request', async (t) => {
  const before = await stack.ps()
  const { length } = stack.logs
  const { noneFailed } = load(t)
  const done = await restart(stack)
  await noneFailed()
  assert.equal(done.stderr, '')
  assert.deepEqual(steps(done), [
    'server-3 stands in',
    'server-1 restarted',
    'server-2 restarted',
    'server-3 has gone again',
    'worker-2 stands in',
    'worker-1 restarted',
    'worker-2 has gone again',
  ])
  const after = await stack.ps()
  assert.deepEqual(
    after.map(({ name }) => name),
    ['server-1', 'server-2', 'worker-1', 'redis', 'nginx'],
  )
  for (const [i, { name, pid, restarts }] of after.entries()) {
    assert.equal(restarts, before[i]!.restarts, 'a restart that was asked for is no death')
    assert.equal(pid === before[i]!.pid, name === 'redis' || name === 'nginx', name)
  }
  assert.doesNotMatch(stack.logs.slice(length), /starting it again|is ready again/)
})

test('one instance is restarted by its name, and its job goes on in another', async () => {
  const before = await pids(stack)
  const queued = await fetch(`${stack.url}/api/non-blocking?task=primes&limit=3000000`)
  const job = `${stack.url}${queued.headers.get('location')}`
  const look = async () => (await (await fetch(job)).json()) as { state: string }
  await until('the job runs', async () => (await look()).state !== 'waiting')
  const done = await restart(stack, 'worker-1')
  assert.deepEqual(steps(done), [
    'worker-2 stands in',
    'worker-1 restarted',
    'worker-2 has gone again',
  ])
  await until('the job is over', async () => (await look()).state === 'completed')
  const after = await pids(stack)
  assert.equal(after['server-1'], before['server-1'])
  assert.notEqual(after['worker-1'], before['worker-1'])
})

test('the only server is restarted under load, and fails no request', async (t) => {
  await stack.scale({ server: 1 })
  const { made, noneFailed } = load(t)
  const done = await restart(stack, 'server')
  await noneFailed()
  assert.deepEqual(steps(done), [
    'server-2 stands in',
    'server-1 restarted',
    'server-2 has gone again',
  ])
  assert.deepEqual([...made.served.keys()], ['server-1', 'server-2'])
})

test('a restart and a change of scale at once are made one after the other', async () => {
  await stack.scale({ server: 1, worker: 0 })
  const { length } = stack.logs
  const restarted = restart(stack, 'server')
  await stack.waitForLog(/restart: server-2 stands in/, { after: length })
  const scaled = await stack.scale({ server: 2 })
  assert.equal((await restarted).lines.length, 3)
  assert.equal(scaled.stdout, 'server: 1 → 2 (started server-2)\n')
  const logs = stack.logs.slice(length)
  assert.match(logs, /server-2 has gone again[\s\S]*scale: starting server-2/)
  const names = (await stack.ps()).map(({ name }) => name)
  assert.deepEqual(names, ['server-1', 'server-2', 'redis', 'nginx'])
})

test('3 → 1 → 5 servers under load: none fails, and each new one takes requests', async (t) => {
  await stack.scale({ server: 3 })
  const { made, noneFailed } = load(t)
  assert.equal((await stack.scale({ server: 1 })).code, 0)
  const added = ['server-2', 'server-3', 'server-4', 'server-5']
  const firsts = Promise.all(added.map((name) => made.nextFrom(name)))
  assert.equal((await stack.scale({ server: 5 })).code, 0)
  const ms = await firsts
  await noneFailed()
  t.diagnostic(`after ${ms.map(Math.round).join(', ')} ms`)
  assert.ok(ms.every(Number.isFinite), 'a new server took no request')
})

const TASK = `
import { defineTask, Type } from '${new URL('../../src/tasks/index.ts', import.meta.url)}'
export default defineTask({
  name: 'mine',
  summary: 'nothing',
  params: Type.Object({}, { additionalProperties: false }),
  run: () => 1,
})
`

test('a restart loads changed task files, and what does not load stops no other one', async (t) => {
  const tasks = temporaryFolder(t)
  const file = join(tasks, 'mine.ts')
  writeFileSync(file, TASK)
  const own = await startStack(t, { workers: 0, args: ['--tasks', tasks] })
  const before = await pids(own)
  const whoServes = async () => {
    const { status, headers } = await fetch(`${own.url}/readyz`)
    return `${status} ${headers.get('x-served-by')}`
  }

  writeFileSync(file, 'export default {')
  const refused = await restart(own)
  assert.match(refused.stderr, /^error: \S+\/mine\.ts: /)
  assert.deepEqual([refused.code, refused.lines], [1, []])
  assert.deepEqual(await pids(own), before)

  // It breaks when the stand-in has started already, and the one that is restarted cannot.
  writeFileSync(file, TASK)
  const restarted = restart(own)
  await own.waitForLog(/restart: server-2 stands in/)
  writeFileSync(file, 'export default {')
  const failed = await restarted
  assert.deepEqual(failed.lines, ['server-2 stands in'])
  assert.match(
    failed.stderr,
    /^error: \S+\/mine\.ts: .*\nserver-2 stays in the place of server-1\n$/,
  )
  assert.equal(await whoServes(), '200 server-2')

  // Once it is mended, a change of scale starts what is missing too.
  writeFileSync(file, TASK.replace('() => 1', '() => 2'))
  const scaled = await own.scale({ server: 1 })
  assert.equal(scaled.stdout, 'server: 2 → 1 (started server-1; stopped server-2)\n')
  assert.equal(await whoServes(), '200 server-1')
  const answer = await fetch(`${own.url}/api/blocking?task=mine`)
  assert.equal(((await answer.json()) as { result: number }).result, 2)
})

test('a stack that is stopping, or told to stop meanwhile, starts nothing', async (t) => {
  const own = await startStack(t, { servers: 1, workers: 0 })
  const restarted = restart(own)
  await own.waitForLog(/restart: server-2 stands in/)
  const { code } = await own.stop()
  assert.equal(code, 0)
  const { stderr } = await restarted
  assert.match(stderr, /^error: the stack is stopping\n|the launcher ended before it was done\n$/)
  assert.deepEqual(own.writtenProcesses(), [])
})

test('a restart is refused while the stack still starts', async (t) => {
  const own = startUp(t, { args: ['--tasks', slowTasks(t)] })
  const answer = await until('the launcher answers', async () => {
    const { stderr } = await restart(own)
    return /nothing runs|does not answer/.test(stderr) ? undefined : stderr
  })
  assert.equal(answer, 'error: the stack is still starting\n')
})

/** A folder of tasks that takes a minute to load. */
function slowTasks(t: TestContext): string {
  const tasks = temporaryFolder(t)
  writeFileSync(join(tasks, 'slow.ts'), 'await new Promise((go) => setTimeout(go, 60_000))')
  return tasks
}
