import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { json, text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { atEnd } from '../../test/fixtures/at-end.ts'
import { folder } from '../../test/fixtures/folder.ts'
import { UsageError } from '../usage-error.ts'
import type { Scale } from './scale-options.ts'
import { listenForWeb } from './web-control.ts'
import type { Controlled } from './web-routes.ts'

/** A stack without processes: what it was told to do. */
const told: unknown[] = []
const stack: Controlled = {
  scale: { server: 1, worker: 2 },
  limits: { server: 16, worker: 64 },
  processes: [
    { name: 'server-1', state: 'ready', pid: 11 },
    { name: 'worker-1', state: 'ready', pid: 21 },
    { name: 'worker-2', state: 'restarting', pid: undefined },
    { name: 'redis', state: 'ready', pid: 31 },
  ],
  async changeScale(to: Partial<Scale>) {
    if (to.server === 17) throw new UsageError('at most 16 servers')
    if (to.server === 18) throw new Error('out of luck')
    told.push(to)
  },
  async crash(name) {
    told.push(name)
    return name !== 'worker-2'
  },
}
const socketPath = join(await folder({ after }), 'web.sock')
const server = await listenForWeb(stack, socketPath)
atEnd({ after }, () => {
  server.close()
  server.closeAllConnections()
})

type Headers = Record<string, string>
const here: Headers = { host: 'localhost:8080', 'x-forwarded-for': '127.0.0.1' }
const ofJson: Headers = { ...here, 'content-type': 'application/json' }

async function ask(method: string, path: string, body?: string, headers: Headers = ofJson) {
  told.length = 0
  const asked = request({ socketPath, method, path, headers, agent: false }).end(body)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  // biome-ignore lint/suspicious/noExplicitAny: tests look at it closely
  const answered: any = method === 'HEAD' ? await text(answer) : await json(answer)
  const { statusCode: status, headers: its } = answer
  assert.match(String(its['x-request-id']), /^[0-9a-f]{32}$/)
  assert.equal(its['cache-control'], 'no-store')
  assert.equal(its['x-content-type-options'], 'nosniff')
  if (status !== 200) {
    assert.equal(its['content-type'], 'application/problem+json')
    assert.equal(answered.status, status)
  }
  return { status, headers: its, body: answered }
}

const whole = {
  scale: { server: 1, worker: 2 },
  limits: { server: 16, worker: 64 },
  instances: [
    { name: 'server-1', role: 'server', state: 'ready', pid: 11 },
    { name: 'worker-1', role: 'worker', state: 'ready', pid: 21 },
    { name: 'worker-2', role: 'worker', state: 'restarting', pid: null },
  ],
}

test('GET tells the scale, its limits and the servers and workers', async () => {
  const { status, body, headers } = await ask('GET', '/control', undefined, here)
  assert.equal(status, 200)
  assert.deepEqual(body, whole)
  assert.equal(headers['content-type'], 'application/json; charset=utf-8')
  assert.equal((await ask('HEAD', '/control', undefined, here)).status, 200)
  assert.deepEqual(told, [])
})

test('the request id of the proxy is given back', async () => {
  const id = '0123456789abcdef'.repeat(2)
  const { headers } = await ask('GET', '/control', undefined, { ...here, 'x-request-id': id })
  assert.equal(headers['x-request-id'], id)
})

test('a change of scale is made, and answered with how things are then', async () => {
  const { status, body } = await ask('POST', '/control/scale', '{"server":2,"worker":0}')
  assert.deepEqual([status, told], [200, [{ server: 2, worker: 0 }]])
  assert.deepEqual(body, whole)
})

test('a change of scale that cannot be made says why', async () => {
  const { status, body } = await ask('POST', '/control/scale', '{"server":17}')
  assert.deepEqual([status, body.detail], [409, 'at most 16 servers'])
})

test('a fault of the launcher is 500', async () => {
  assert.equal((await ask('POST', '/control/scale', '{"server":18}')).status, 500)
})

test('an instance that runs is killed', async () => {
  const { status, body } = await ask('POST', '/control/kill', '{"instance":"worker-1"}')
  assert.deepEqual([status, told], [200, ['worker-1']])
  assert.deepEqual(body, whole)
})

test('an instance that does not run just now is not, and the answer says so', async () => {
  const { status, body } = await ask('POST', '/control/kill', '{"instance":"worker-2"}')
  assert.equal(status, 409)
  assert.match(body.detail, /worker-2 cannot be killed: it does not run now/)
})

for (const name of ['worker-3', 'redis', 'worker', '__proto__', ''])
  test(`there is no instance "${name}" to kill: 404, and which there are`, async () => {
    const { status, body } = await ask('POST', '/control/kill', JSON.stringify({ instance: name }))
    assert.equal(status, 404)
    assert.match(body.detail, /only server-1, worker-1, worker-2/)
    assert.deepEqual(told, [])
  })

for (const [what, path, body, field] of [
  ['no JSON', 'scale', '{"server"', 'body'],
  ['nothing', 'scale', '', 'body'],
  ['a list', 'scale', '[]', 'body'],
  ['null', 'kill', 'null', 'body'],
  ['no server', 'scale', '{"server":0}', 'server'],
  ['too many workers', 'scale', '{"worker":65}', 'worker'],
  ['half a worker', 'scale', '{"worker":1.5}', 'worker'],
  ['a number as text', 'scale', '{"worker":"1"}', 'worker'],
  ['another service', 'scale', '{"redis":2}', 'redis'],
  ['a field of every object', 'scale', '{"__proto__":{"server":2}}', '__proto__'],
  ['no instance', 'kill', '{}', 'instance'],
  ['a list of instances', 'kill', '{"instance":["worker-1"]}', 'instance'],
] as const)
  test(`${what} is refused, with the field's name`, async () => {
    const answer = await ask('POST', `/control/${path}`, body)
    assert.equal(answer.status, 400)
    assert.equal(answer.body.errors[0].field, field)
    assert.deepEqual(told, [])
  })

test('a body of more than 4 KiB is refused, even a large one', async () => {
  const of = (bytes: number) => `{"server":2${' '.repeat(bytes - 12)}}`
  assert.equal((await ask('POST', '/control/scale', of(4096))).status, 200)
  for (const bytes of [4097, 200_000]) {
    assert.equal((await ask('POST', '/control/scale', of(bytes))).status, 413)
    assert.deepEqual(told, [])
  }
})

test('a body that is not called JSON is refused: a form of another site can send one', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
    const headers = { ...here, 'content-type': type }
    assert.equal((await ask('POST', '/control/scale', '{"server":2}', headers)).status, 415)
    assert.deepEqual(told, [])
  }
  assert.equal((await ask('POST', '/control/scale', '{"server":2}', here)).status, 415)
  const headers = { ...here, 'content-type': 'Application/JSON; charset=utf-8' }
  assert.equal((await ask('POST', '/control/scale', '{"server":2}', headers)).status, 200)
})

test('other methods are refused with those that are possible, other paths with those there are', async () => {
  for (const [method, path, allow] of [
    ['POST', '/control', 'GET, HEAD'],
    ['DELETE', '/control', 'GET, HEAD'],
    ['OPTIONS', '/control/scale', 'POST'],
    ['GET', '/control/kill', 'POST'],
  ] as const) {
    const { status, headers } = await ask(method, path)
    assert.deepEqual([status, headers.allow], [405, allow])
  }
  for (const path of ['/', '/controls', '/control/', '/control/restart', '/constructor'])
    assert.equal((await ask('POST', path, '{}')).status, 404)
})

test('what comes from elsewhere is refused before anything else, and told what is wrong', async () => {
  const elsewhere = { ...ofJson, origin: 'https://evil.test' }
  for (const [method, path, body] of [
    ['GET', '/control', undefined],
    ['POST', '/control/scale', '{"server":2}'],
    ['POST', '/control/kill', '{"instance":"worker-1"}'],
    ['PUT', '/nowhere', 'junk'],
  ] as const) {
    const answer = await ask(method, path, body, elsewhere)
    assert.equal(answer.status, 403)
    assert.equal(answer.body.errors[0].field, 'Origin')
    assert.match(answer.body.detail, /Origin must be http:\/\/localhost:8080/)
    assert.equal(answer.headers['access-control-allow-origin'], undefined)
    assert.deepEqual(told, [])
  }
})

test('a request without a host, or of an unknown method, is answered with a problem too', async () => {
  for (const [sent, right] of [
    [
      'GET /control HTTP/1.1\r\nConnection: close\r\nX-Forwarded-For: ::1\r\n\r\n',
      /^HTTP\/1.1 403 /,
    ],
    ['JUMP /control HTTP/1.1\r\nHost: localhost\r\n\r\n', /^HTTP\/1.1 400 /],
  ] as const) {
    const socket = connect(socketPath)
    socket.write(sent)
    const answer = await text(socket)
    assert.match(answer, right)
    assert.match(answer, /^content-type: application\/problem\+json\r$/m)
  }
})

test('a client that leaves in the middle of its body does no harm', async () => {
  const socket = connect(socketPath)
  const headers = Object.entries(ofJson).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`POST /control/scale HTTP/1.1\r\n${headers.join('')}content-length: 99\r\n\r\n{`)
  await once(server, 'request')
  socket.destroy()
  assert.equal((await ask('GET', '/control')).status, 200)
})
