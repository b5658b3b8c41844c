import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { json } from 'node:stream/consumers'
import { after, test } from 'node:test'
import type { Control } from '../../src/api/control.ts'
import { startServer } from '../fixtures/server.ts'
import { until } from '../fixtures/until.ts'
import { startStack } from './stack.ts'

// One stack for all: each test brings it to the scale it wants.
const stack = await startStack({ after }, { args: ['--host', '0.0.0.0'] })
const port = Number(new URL(stack.url).port)
const ofPage = {
  host: `localhost:${port}`,
  origin: `http://localhost:${port}`,
  'sec-fetch-site': 'same-origin',
}

/** As the page asks, unless told otherwise. */
async function ask(
  method: string,
  path: string,
  {
    body,
    headers = {},
    host = '127.0.0.1',
  }: { body?: unknown; headers?: Record<string, string>; host?: string } = {},
) {
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const all = { ...ofPage, ...type, ...headers }
  const asked = request({ host, port, method, path, headers: all, agent: false })
  asked.end(typeof body === 'object' ? JSON.stringify(body) : body)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  const isProblem = /^application\/problem\+json\b/.test(answer.headers['content-type'] ?? '')
  // biome-ignore lint/suspicious/noExplicitAny: a Control or a problem, looked at closely
  const answered: any = await json(answer)
  assert.equal(isProblem, answer.statusCode !== 200)
  assert.match(String(answer.headers['x-request-id']), /^[0-9a-f]{32}$/)
  return { status: answer.statusCode, headers: answer.headers, body: answered }
}

async function control(): Promise<Control> {
  const { status, body } = await ask('GET', '/control')
  assert.equal(status, 200)
  return body
}

const names = ({ instances }: Control) => instances.map(({ name }) => name)

test('the page sees how many servers and workers there are and may be, and each of them', async () => {
  const { scale, limits, instances } = await control()
  assert.deepEqual(scale, { server: 1, worker: 1 })
  assert.deepEqual(limits, { server: 16, worker: 64 })
  for (const { name, role, state, pid } of instances) {
    assert.deepEqual([name, state], [`${role}-1`, 'ready'])
    assert.equal(pid, (await stack.process(name)).pid)
  }
})

test('the page adds a server, and takes it away again', async () => {
  const grown = await ask('POST', '/control/scale', { body: { server: 2 } })
  assert.equal(grown.status, 200)
  assert.deepEqual(grown.body.scale, { server: 2, worker: 1 })
  assert.deepEqual(names(grown.body), ['server-1', 'server-2', 'worker-1'])
  assert.ok(grown.body.instances.every(({ state }: { state: string }) => state === 'ready'))
  const shrunk = await ask('POST', '/control/scale', { body: { server: 1 } })
  assert.equal(shrunk.status, 200)
  assert.deepEqual(names(shrunk.body), ['server-1', 'worker-1'])
})

test('more servers than the proxy has room for are refused', async () => {
  const { status, body } = await ask('POST', '/control/scale', { body: { server: 17 } })
  assert.equal(status, 409)
  assert.match(body.detail, /at most 16 servers/)
})

test('a worker that the page kills, as often as it likes, is ready again as another process', async () => {
  // More often than one may die of itself.
  for (let kills = 0; kills < 6; kills++) {
    const ready = await until('it is ready', async () =>
      (await control()).instances.find(
        ({ name, state }) => name === 'worker-1' && state === 'ready',
      ),
    )
    const killed = await ask('POST', '/control/kill', { body: { instance: 'worker-1' } })
    assert.equal(killed.status, 200)
    const worker = (killed.body as Control).instances.find(({ name }) => name === 'worker-1')
    assert.notEqual(worker?.pid, ready.pid)
  }
  const back = await until('it is ready', async () =>
    (await stack.process('worker-1')).state === 'ready' ? stack.process('worker-1') : false,
  )
  assert.equal(back.restarts, 6)
  assert.match(stack.logs, /worker-1 was killed by SIGKILL; starting it again in 0\.1 s/)
})

test('the only server that the page kills is back, and the control answered all the time', async () => {
  assert.equal((await ask('POST', '/control/kill', { body: { instance: 'server-1' } })).status, 200)
  await until('it is ready', async () =>
    (await control()).instances.some(({ name, state }) => name === 'server-1' && state === 'ready'),
  )
  // The proxy passes over it for up to a second more.
  await until('it serves', async () => (await fetch(`${stack.url}/api/tasks`)).status === 200)
})

test('a page of another site gets and changes nothing', async () => {
  const evil = 'https://evil.test'
  for (const headers of [{ origin: evil }, { 'sec-fetch-site': 'cross-site', origin: evil }]) {
    const scaled = await ask('POST', '/control/scale', { body: { worker: 2 }, headers })
    assert.equal(scaled.status, 403)
    assert.equal((await ask('GET', '/control', { headers })).status, 403)
    assert.equal((await ask('OPTIONS', '/control/scale', { headers })).status, 403)
  }
  assert.equal((await control()).scale.worker, 1)
})

test('a name that its own DNS says is this machine is refused', async () => {
  const host = `evil.test:${port}`
  const { status, body } = await ask('GET', '/control', {
    headers: { host, origin: `http://${host}` },
  })
  assert.equal(status, 403)
  assert.equal(body.errors[0].field, 'Host')
})

const other = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address

test('a client that does not come over the loopback is refused, whatever it says', {
  skip: other === undefined && 'this machine has no other address',
}, async () => {
  for (const headers of [{}, { 'x-forwarded-for': '127.0.0.1' }]) {
    const { status, body } = await ask('GET', '/control', { host: other!, headers })
    assert.equal(status, 403)
    assert.equal(body.errors[0].field, 'X-Forwarded-For')
  }
  const tasks = await fetch(`http://${other}:${port}/api/tasks`)
  assert.equal(tasks.status, 200)
})

test('a client that comes through a further proxy from elsewhere is refused', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.9' }
  assert.equal((await ask('GET', '/control', { headers })).status, 403)
})

test('junk is refused with a problem, and the stack goes on', async () => {
  const scale = '/control/scale'
  const json = { 'content-type': 'application/json' }
  const junk: [status: number, ...ask: Parameters<typeof ask>][] = [
    [400, 'POST', scale, { body: '{"server":', headers: json }],
    [400, 'POST', scale, { body: { server: 0 } }],
    [400, 'POST', scale, { body: { nginx: 2 } }],
    [400, 'POST', '/control/kill', { body: { pid: 1 } }],
    [400, 'JUMP', '/control'],
    [404, 'POST', '/control/kill', { body: { instance: 'nginx' } }],
    [404, 'GET', '/control/'],
    [404, 'GET', '/controls'],
    [405, 'DELETE', '/control'],
    [405, 'GET', scale],
    [413, 'POST', scale, { body: 'x'.repeat(5000), headers: json }],
    [413, 'POST', scale, { body: 'x'.repeat(17_000), headers: json }],
    [415, 'POST', scale, { body: '{"worker":2}', headers: { 'content-type': 'text/plain' } }],
  ]
  for (const [status, ...args] of junk)
    assert.equal((await ask(...args)).status, status, JSON.stringify(args).slice(0, 100))
  assert.deepEqual((await control()).scale, { server: 1, worker: 1 })
})

test('a server that no launcher has started has no control', async (t) => {
  const { get, post, service } = await startServer(t)
  assert.equal(service.control, 'none')
  for (const answer of [
    await get('/control', ofPage),
    await post('/control/scale', { server: 2 }, ofPage),
    await post('/control/kill', { instance: 'worker-1' }, ofPage),
  ]) {
    assert.equal(answer.status, 404)
    assert.equal(answer.body.status, 404)
  }
})

// The last one: it ends the launcher. nginx, in a session of its own, goes on.
test('where the launcher does not answer, the proxy says so', async () => {
  stack.signal('SIGKILL')
  await stack.ended
  const { status, headers, body } = await ask('GET', '/control')
  assert.deepEqual([status, headers['retry-after']], [503, '1'])
  assert.match(body.detail, /The launcher does not answer/)
})
