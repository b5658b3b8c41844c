import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { identify } from '../../src/launcher/identity.ts'
import { atEnd } from '../fixtures/at-end.ts'
import { until } from '../fixtures/until.ts'
import { environment, temporaryFolder, Up, unblock } from './stack.ts'

const wrapper = fileURLToPath(new URL('../../bin/unblock.mjs', import.meta.url))

/** bin/unblock.mjs as a terminal runs it: in a process group of its own. */
function startWrapper(t: TestContext, node: string): Up {
  const dir = temporaryFolder(t)
  const child = spawn(node, [wrapper, 'up', '--port', '0'], {
    cwd: dir,
    detached: true,
    env: environment(dir),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const up = new Up(child, dir)
  atEnd(t, () => up.clean())
  return up
}

/** A Node.js of this machine that is too old for the sources, if there is one. */
function oldNode(): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        const { stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' })
        return Number.parseInt(stdout.slice(1), 10) < 26
      } catch {
        return false
      }
    })
}

const old = oldNode()
const nodes = [
  { which: 'a Node.js that is new enough', node: process.execPath, skip: false },
  { which: 'an older Node.js', node: old ?? '', skip: old === undefined && 'there is none here' },
]

for (const { which, node, skip } of nodes) {
  test(`with ${which}, Ctrl-C reaches all of the group, npm passes it on, and the stack drains once`, {
    skip,
  }, async (t) => {
    const up = startWrapper(t, node)
    await up.waitForLog(/ready in/)
    process.kill(-up.pid, 'SIGINT') // the terminal
    process.kill(up.pid, 'SIGINT') // npm
    assert.deepEqual(await up.ended, { code: 0, signal: null })
    assert.match(up.logs, /stopping \(SIGINT\)/)
    assert.doesNotMatch(up.logs, /killing/)
  })

  test(`with ${which}, Ctrl-C ends a worker that was started alone`, { skip }, async (t) => {
    const child = spawn(node, [wrapper, 'worker'], {
      detached: true,
      env: { ...process.env, PORT: '0', REDIS_URL: 'unix:/nowhere/redis.sock' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    atEnd(t, () => void child.kill('SIGKILL'))
    const ended = once(child, 'exit')
    let log = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
    await until('it listens', () => /listening on/.test(log))
    process.kill(-child.pid!, 'SIGINT')
    assert.deepEqual(await ended, [0, null])
    assert.match(log, /draining \(SIGINT\)/)
  })

  test(`with ${which}, SIGTERM drains the stack`, { skip }, async (t) => {
    const up = startWrapper(t, node)
    await up.waitForLog(/ready in/)
    up.signal('SIGTERM')
    assert.deepEqual(await up.ended, { code: 0, signal: null })
    assert.match(up.logs, /stopping \(SIGTERM\)/)
  })

  test(`with ${which}, measuring ends by itself when it is done`, { skip }, async (t) => {
    const { target } = await startTarget(t)
    const args = ['measure', '--target', target, '--rate', '20', '--duration', '500ms', '--json']
    const { code, stdout } = await unblock(args, temporaryFolder(t), { wrapper: node })
    assert.equal(code, 0)
    assert.equal(JSON.parse(stdout).requests.completed, 10)
  })

  test(`with ${which}, the code of a command that fails is passed on`, { skip }, async (t) => {
    const { code, stderr } = await unblock(['up', '--scale', 'server=0'], temporaryFolder(t), {
      wrapper: node,
    })
    assert.equal(code, 1)
    assert.match(stderr, /^error: "server=0"/)
  })
}

test('kill -9 of the wrapper stops the stack', { skip: nodes[1]!.skip }, async (t) => {
  const up = startWrapper(t, nodes[1]!.node)
  await up.waitForLog(/ready in/)
  const left = up.writtenProcesses()
  assert.equal(left.length, 4)
  up.signal('SIGKILL')
  await up.ended
  assert.match(up.logs, /stopping \(its starter is gone\)[\s\S]*stopped\n$/)
  for (const { pid, started } of left) assert.notEqual(identify(pid)?.started, started)
})

/** Something to measure, and how many tasks it was asked for. */
async function startTarget(t: TestContext): Promise<{ target: string; tasks: () => number }> {
  let tasks = 0
  const server = createServer(({ url }, response) => {
    if (url?.startsWith('/api/blocking')) tasks++
    response.end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  atEnd(t, async () => {
    server.closeAllConnections()
    server.close()
  })
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { target, tasks: () => tasks }
}

/** Measures for a minute, with the wrapper as a terminal's foreground group. */
async function startMeasuring(t: TestContext) {
  const { target, tasks } = await startTarget(t)
  const args = ['measure', '--target', target, '--rate', '20', '--duration', '60s', '--json']
  const dir = temporaryFolder(t)
  const child = spawn(process.execPath, [wrapper, ...args], {
    cwd: dir,
    detached: true,
    env: environment(dir),
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  atEnd(t, () => void child.kill('SIGKILL'))
  const pid = child.pid!
  await until('it sends requests', () => tasks() > 0)
  const generator = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'))
  assert.ok(generator > 0)
  return { child, pid, generator, sent: tasks }
}

test('Ctrl-C ends measuring, which has a session of its own, and keeps what there is', async (t) => {
  const { child, pid, generator } = await startMeasuring(t)
  assert.notEqual(sessionOf(generator), sessionOf(pid))
  const ended = once(child, 'exit')
  const output = text(child.stdout)
  process.kill(-pid, 'SIGINT')
  assert.deepEqual(await ended, [130, null])
  assert.equal(JSON.parse(await output).state, 'partial')
})

test('Ctrl-Z does not hold measuring up: it goes on in the background, and ends with its wrapper', async (t) => {
  const { child, pid, generator, sent } = await startMeasuring(t)
  const { started } = identify(generator)!
  process.kill(-pid, 'SIGTSTP')
  const before = sent()
  await until('it goes on', () => sent() > before + 5)
  child.kill('SIGKILL')
  await until('it has ended', () => identify(generator)?.started !== started)
})

/** proc(5), stat: the fourth after the name, which may have blanks in it. */
function sessionOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3])
}
