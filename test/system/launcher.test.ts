import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Redis } from 'ioredis'
import { claimAddress } from '../../src/launcher/address.ts'
import { identify } from '../../src/launcher/identity.ts'
import { atEnd } from '../fixtures/at-end.ts'
import { environment, startStack, startUp, temporaryFolder, unblock } from './stack.ts'

/** The same for two that start one after the other. */
async function freePort(): Promise<number> {
  return (await claimAddress({ host: '127.0.0.1', port: 0 })).port
}

/** The process ids of everything that runs in the stack's folder. */
function processesOf(dir: string): string[] {
  const all = execFileSync('ps', ['-A', 'eww', '-o', 'pid=,command='], { encoding: 'utf8' })
  return all.split('\n').filter((line) => line.includes(dir) && !line.includes('ps -A'))
}

const sessionOf = (pid: number) =>
  execFileSync('ps', ['-o', 'sess=', '-p', String(pid)], { encoding: 'utf8' }).trim()

test('three servers and a worker come up, answer through nginx, and leave nothing behind', async (t) => {
  const stack = await startStack(t, { servers: 3 })
  assert.match(stack.logs, /ready in \d+\.\d s: http:\/\/localhost:\d+ \(3 servers, 1 worker\)/)
  const served = new Set<string | null>()
  for (let count = 0; count < 12; count++) {
    const response = await fetch(`${stack.url}/api/tasks`)
    assert.equal(response.status, 200)
    served.add(response.headers.get('x-served-by'))
  }
  assert.deepEqual([...served].sort(), ['server-1', 'server-2', 'server-3'])
  assert.match(stack.logs, /^server-2 +\| .*hit GET \/api\/tasks/m)

  // Between sessions, the kernel shares the CPUs before it looks at priorities.
  const instances = (await stack.ps()).filter(({ name }) => /^(server|worker)-/.test(name))
  const sessions = [stack.pid, ...instances.map(({ pid }) => pid!)].map(sessionOf)
  assert.deepEqual([sessions.length, new Set(sessions).size], [5, 1])

  assert.ok(processesOf(stack.dir).length > 0)
  assert.deepEqual(await stack.stop(), { code: 0, signal: null })
  assert.deepEqual(processesOf(stack.dir), [])
  assert.deepEqual(readdirSync(join(stack.dir, 'tmp')), [])
  assert.deepEqual(readdirSync(join(stack.dir, '.unblock')), ['redis'])
  assert.doesNotMatch(stack.logs, /No such file|Connection refused|disabled while/)
})

test('the sockets are open to their owner only, and Redis has no port and a bound', async (t) => {
  const stack = await startStack(t)
  const [runDir] = readdirSync(join(stack.dir, 'tmp'))
  assert.equal(statSync(join(stack.dir, 'tmp', runDir!)).mode & 0o777, 0o700)
  const redis = await stack.process('redis')
  const title = execFileSync('ps', ['-o', 'command=', '-p', String(redis.pid)], {
    encoding: 'utf8',
  })
  assert.match(title, /unixsocket:/)
  const socket = join(stack.dir, 'tmp', runDir!, 'redis.sock')
  const client = new Redis({ path: socket })
  atEnd(t, () => client.disconnect())
  const memory = await client.info('memory')
  assert.match(memory, /^maxmemory:1073741824\r$/m)
  assert.match(memory, /^maxmemory_policy:noeviction\r$/m)
})

test('a job that was accepted survives a restart of the whole stack', async (t) => {
  const first = await startStack(t, { workers: 0 })
  const accepted = await fetch(`${first.url}/api/non-blocking?task=primes&limit=1000`)
  assert.equal(accepted.status, 202)
  const location = accepted.headers.get('location')
  await first.stop()
  const second = await startStack(t, { dir: first.dir })
  const job = await fetch(`${second.url}${location}`, { headers: { prefer: 'wait=20' } })
  assert.equal(((await job.json()) as { state: string }).state, 'completed')
})

test('Ctrl-C lets a running request finish, and says what it waits for', async (t) => {
  const stack = await startStack(t)
  const request = fetch(`${stack.url}/api/blocking?task=primes&limit=12000000`)
  await stack.waitForLog(/hit GET \/api\/blocking/)
  const after = stack.logs.length
  stack.signal('SIGINT')
  assert.equal((await request).status, 200)
  assert.equal((await stack.ended).code, 0)
  assert.match(stack.logs.slice(after), /waiting for .*server-1.* to finish/)
})

test('a second Ctrl-C kills, at once', async (t) => {
  const stack = await startStack(t)
  fetch(`${stack.url}/api/blocking?task=primes&limit=30000000&executor=event-loop`).catch(() => {})
  await stack.waitForLog(/hit GET \/api\/blocking/)
  stack.signal('SIGINT')
  await stack.waitForLog(/waiting for .*server-1/)
  const before = performance.now()
  stack.signal('SIGINT')
  assert.deepEqual(await stack.ended, { code: 130, signal: null })
  assert.ok(performance.now() - before < 1500)
  assert.deepEqual(processesOf(stack.dir), [])
})

test('a Ctrl-C that arrives twice at once is one', async (t) => {
  const stack = await startStack(t)
  stack.signal('SIGINT')
  await stack.waitForLog(/stopping/)
  stack.signal('SIGTERM')
  assert.deepEqual(await stack.ended, { code: 0, signal: null })
})

test('Ctrl-C while it starts stops it', async (t) => {
  const stack = startUp(t, { servers: 2 })
  while (stack.writtenProcesses().length < 5) await new Promise(setImmediate)
  assert.equal((await stack.stop()).code, 0)
  assert.deepEqual(processesOf(stack.dir), [])
})

test('the next up cleans up what a kill -9 of the launcher has left', async (t) => {
  const args = ['--port', String(await freePort())]
  const first = await startStack(t, { servers: 2, args })
  const left = first.writtenProcesses()
  assert.deepEqual(left.map(({ name }) => name).sort(), [
    'nginx',
    'redis',
    'server-1',
    'server-2',
    'worker-1',
  ])
  await first.stop('SIGKILL')
  const second = await startStack(t, { dir: first.dir, args })
  assert.equal(second.url, first.url)
  assert.match(second.logs, /stopping what a run that was killed has left: .*redis/)
  for (const { pid, started } of left) assert.notEqual(identify(pid)?.started, started)
  assert.equal((await fetch(`${second.url}/readyz`)).status, 200)
})

test('servers and workers end by themselves when their launcher is killed', async (t) => {
  const stack = await startStack(t, { servers: 2 })
  const instances = stack.writtenProcesses().filter(({ name }) => /^(server|worker)/.test(name))
  assert.equal(instances.length, 3)
  await stack.stop('SIGKILL')
  while (instances.some(({ pid, started }) => identify(pid)?.started === started))
    await new Promise((resolve) => setTimeout(resolve, 20))
})

test('the stack stops when the process that started it is killed', async (t) => {
  const dir = temporaryFolder(t)
  const stack = startUp(t, { dir })
  await stack.waitForLog(/ready in/)
  const after = stack.logs.length
  stack.leave()
  await stack.waitForLog(/stopping \(its starter is gone\)/, { after })
  assert.equal((await stack.ended).code, 0)
})

test('a second up in the same folder, on the same port, names the process of the first', async (t) => {
  const args = ['--port', String(await freePort())]
  const stack = await startStack(t, { args })
  const { code, stdout, stderr } = await unblock(['up', ...args], stack.dir)
  assert.equal(code, 1)
  assert.equal(stdout, '')
  assert.equal(
    stderr,
    `error: already running here, as process ${stack.pid}; stop it with Ctrl-C there, or: kill ${stack.pid}\n`,
  )
  assert.equal((await fetch(`${stack.url}/readyz`)).status, 200)
})

test('two that start at the same time in one folder do not both run', async (t) => {
  const dir = temporaryFolder(t)
  const args = ['--port', String(await freePort())]
  const both = [startUp(t, { dir, args }), startUp(t, { dir, args })]
  const refused = await Promise.race(both.map((each) => each.ended.then(() => each)))
  const runs = both.find((each) => each !== refused)!
  assert.match(refused.logs, /already running here/)
  await runs.waitForLog(/ready in/)
  assert.equal((await runs.stop()).code, 0)
})

test('it stops when nobody reads its output any more', async (t) => {
  const dir = temporaryFolder(t)
  const cli = join(import.meta.dirname, '../../src/cli.ts')
  const shell = `"$0" "$1" up --port 0 | head -n 1`
  const child = spawn('sh', ['-c', shell, process.execPath, cli], {
    cwd: dir,
    env: environment(dir),
    stdio: 'ignore',
  })
  await once(child, 'exit')
  while (processesOf(dir).length > 0) await new Promise((resolve) => setTimeout(resolve, 50))
  assert.ok(!existsSync(join(dir, '.unblock/state.json')))
})
