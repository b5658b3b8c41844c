import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { findProgram, systemPrograms } from '../../bin/programs.mjs'
import { mainConf } from '../../src/launcher/nginx.ts'
import { atEnd, type Cleaner } from '../fixtures/at-end.ts'
import { folder } from '../fixtures/folder.ts'
import { until } from '../fixtures/until.ts'
import { startStack } from './stack.ts'

const stack = await startStack({ after })

/** Sends `text` as it is; the answer's status, headers and problem. */
async function send(text: string) {
  const socket = connect(Number(new URL(stack.url).port), '127.0.0.1')
  socket.write(text)
  let answer = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    answer += chunk
  })
  // Not until it closes: after a refused body, nginx lingers.
  while (!answer.endsWith('}\n')) await once(socket, 'data')
  socket.destroy()
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), head, problem: JSON.parse(body) }
}

const close = 'Host: here\r\nConnection: close\r\n'
const long = 'x'.repeat(9000)

for (const [what, text, status] of [
  ['no HTTP', 'GARBAGE\r\n\r\n', 400],
  ['a path out of the root', `GET /../.. HTTP/1.1\r\n${close}\r\n`, 400],
  ['a path with a zero byte', `GET /%00 HTTP/1.1\r\n${close}\r\n`, 400],
  ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['metrics, which are per instance', `GET /metrics HTTP/1.1\r\n${close}\r\n`, 404],
  ['a method that is none', `TRACE / HTTP/1.1\r\n${close}\r\n`, 405],
  ['a body over 16 KiB', `POST / HTTP/1.1\r\n${close}Content-Length: 16385\r\n\r\n`, 413],
  ['a path over 8 KiB', `GET /${long} HTTP/1.1\r\n${close}\r\n`, 414],
  ['a header over 8 KiB', `GET / HTTP/1.1\r\n${close}X: ${long}\r\n\r\n`, 431],
  [
    '64 KiB of headers',
    `GET / HTTP/1.1\r\n${close}${`X: ${'x'.repeat(6500)}\r\n`.repeat(10)}\r\n`,
    431,
  ],
] as const)
  test(`the proxy answers ${what} with ${status} and a problem that says why`, async () => {
    const answer = await send(text)
    assert.equal(answer.status, status)
    assert.equal(answer.problem.status, status)
    assert.match(answer.head, /^content-type: application\/problem\+json\r?$/im)
    assert.match(answer.head, /^x-request-id: \w{32}\r?$/im)
  })

test('the proxy takes HTTP/1.0, with a host and without', async () => {
  for (const host of ['', 'Host: here\r\n']) {
    const socket = connect(Number(new URL(stack.url).port), '127.0.0.1')
    socket.write(`GET /api/tasks HTTP/1.0\r\n${host}\r\n`)
    const answer = await text(socket)
    assert.match(answer, /^HTTP\/1\.1 200 [\s\S]*"mandelbrot"/)
  }
})

test('a proxy without a server answers 503 and when to try again', async () => {
  const { pid } = await stack.process('server-1')
  process.kill(pid!, 'SIGKILL')
  await stack.waitForLog(/server-1 was killed/)
  const response = await fetch(`${stack.url}/api/tasks`)
  assert.equal(response.status, 503)
  assert.equal(response.headers.get('retry-after'), '1')
  assert.equal(((await response.json()) as { status: number }).status, 503)
})

/**
 * nginx with the configuration that Compose gives it, but for the containers' DNS, in front of one
 * server for each of these, and one thread that tells the live fleet for each of `watchers`. `ask` sends it
 * a request.
 */
async function composeProxy(
  t: Cleaner,
  servers: RequestListener[],
  watchers: RequestListener[] = [],
) {
  const nginx = findProgram(systemPrograms.nginx.names)
  if (nginx === undefined) throw new Error('nginx is not installed: run npm test')
  const dir = await folder(t)
  const conf = fileURLToPath(new URL('../../nginx/', import.meta.url))
  for (const file of ['nginx.conf', 'problem.conf'])
    await copyFile(join(conf, file), join(dir, file))
  await writeFile(join(dir, 'main.conf'), mainConf({ asRoot: process.getuid?.() === 0 }))
  await writeFile(join(dir, 'listen.conf'), `listen unix:${dir}/proxy.sock;`)
  const upstream = await readFile(join(conf, 'compose/upstream.conf'), 'utf8')
  const withSockets = (
    text: string,
    listed: RegExp,
    name: string,
    { length }: readonly unknown[],
  ) => {
    assert.match(text, listed)
    // At least one, as in Compose: nobody may listen there.
    const sockets = Array.from(
      { length: Math.max(1, length) },
      (_, i) => `server unix:${dir}/${name}-${i}.sock $1`,
    )
    return text.replace(listed, sockets.join('\n'))
  }
  const withServers = withSockets(
    upstream.replace(/^resolver .*$/m, ''),
    /^ *server server:3000 resolve (.*)$/m,
    'server',
    servers,
  )
  await writeFile(
    join(dir, 'upstream.conf'),
    withSockets(withServers, /^ *server server:3001 resolve (.*)$/m, 'watcher', watchers),
  )
  for (const [name, listeners] of Object.entries({ server: servers, watcher: watchers }))
    for (const [i, listener] of listeners.entries()) {
      const server = createServer(listener).listen(`${dir}/${name}-${i}.sock`)
      await once(server, 'listening')
      atEnd(t, () => {
        server.close()
        server.closeAllConnections()
      })
    }
  await mkdir(join(dir, 'work'))
  const args = [
    '-e',
    'stderr',
    '-p',
    `${dir}/work/`,
    '-c',
    `${dir}/nginx.conf`,
    '-g',
    'daemon off;',
  ]
  const child = spawn(nginx, args, { stdio: 'ignore' })
  const exit = once(child, 'exit')
  atEnd(t, async () => {
    child.kill('SIGTERM')
    await exit
  })
  async function ask(path: string, method = 'GET') {
    const asked = request({ socketPath: `${dir}/proxy.sock`, path, method, agent: false }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) }
  }
  await until('nginx answers', () =>
    ask('/metrics').then(
      () => true,
      () => false,
    ),
  )
  return { ask }
}

function problem(status: number, headers: Record<string, string> = {}): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json', ...headers })
    response.end(JSON.stringify({ status, detail: 'said by the server' }))
  }
}

const draining = problem(502, { connection: 'close' })

for (const servers of [1, 2])
  test(`while all of ${servers} drain, the proxy answers 503 and when to try again`, async (t) => {
    const { ask } = await composeProxy(t, Array(servers).fill(draining))
    for (let i = 0; i < 40; i++) {
      const { status, headers, body } = await ask('/api/blocking', i % 2 ? 'POST' : 'GET')
      assert.equal(status, 503)
      assert.equal(headers['retry-after'], '1')
      assert.equal(headers['content-type'], 'application/problem+json')
      assert.equal(JSON.parse(body).status, 503)
    }
  })

test('what a draining server turns away, another one answers: under the same id', async (t) => {
  const ids: (string | string[] | undefined)[] = []
  const turnedAway: RequestListener = (...exchange) => {
    ids.push(exchange[0].headers['x-request-id'])
    draining(...exchange)
  }
  const { ask } = await composeProxy(t, [
    turnedAway,
    ({ headers }, response) => response.end(headers['x-request-id']),
  ])
  let retried = 0
  // A server that turned one away is asked again in the next second.
  await until('it was tried first twice', async () => {
    const { status, body } = await ask('/api/non-blocking', 'POST')
    assert.equal(status, 200)
    if (ids.at(-1) === body) retried++
    return retried === 2
  })
})

test('what the only server answers is passed on as it is, and was asked once', async (t) => {
  let asked = 0
  const { ask } = await composeProxy(t, [
    (...exchange) => {
      asked++
      const status = Number(exchange[0].url?.slice(1))
      problem(status, { 'retry-after': '7', 'x-served-by': 'server-1' })(...exchange)
    },
  ])
  const statuses = [400, 404, 405, 408, 409, 413, 415, 429, 431, 500, 501, 503, 504]
  for (const sent of statuses) {
    const { status, headers, body } = await ask(`/${sent}`, 'POST')
    assert.equal(status, sent)
    assert.equal(headers['retry-after'], '7')
    assert.equal(headers['x-served-by'], 'server-1')
    assert.deepEqual(JSON.parse(body), { status, detail: 'said by the server' })
  }
  assert.equal(asked, statuses.length)
})

test('a request that ends its connection is asked twice at most', async (t) => {
  let asked = 0
  const { ask } = await composeProxy(t, [
    ({ socket }) => {
      asked++
      socket.destroy()
    },
  ])
  const { status, headers } = await ask('/api/blocking', 'POST')
  assert.equal(status, 503)
  assert.equal(headers['retry-after'], '1')
  assert.ok(asked <= 2, `${asked} times`)
})

test('the live fleet comes from a thread that tells it, and from a server where there is none', async (t) => {
  const path = '/api/fleet/events'
  const says =
    (name: string): RequestListener =>
    (_request, response) =>
      response.end(name)
  const withThread = await composeProxy(t, [says('server')], [draining, says('thread')])
  for (let i = 0; i < 10; i++) assert.equal((await withThread.ask(path)).body, 'thread')
  assert.equal((await withThread.ask('/api/fleet')).body, 'server')
  const without = await composeProxy(t, [says('server')])
  assert.equal((await without.ask(path)).body, 'server')
})

test('while nobody can tell the live fleet, the proxy answers 503 and when to try again', async (t) => {
  for (const watchers of [[], [draining]]) {
    const { ask } = await composeProxy(t, [draining], watchers)
    const { status, headers } = await ask('/api/fleet/events')
    assert.deepEqual(
      [status, headers['retry-after'], headers['content-type']],
      [503, '1', 'application/problem+json'],
    )
  }
})
