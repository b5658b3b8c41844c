import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { atEnd } from '../../../test/fixtures/at-end.ts'
import { until } from '../../../test/fixtures/until.ts'
import { type Answer, type Client, createClient } from './client.ts'

/** A service that counts its connections, and a client of it. */
async function start(t: TestContext, answer: RequestListener, lookup?: LookupFunction) {
  let opened = 0
  const server = createServer(answer)
  server.on('connection', () => opened++)
  await listen(0)
  const { port } = server.address() as AddressInfo
  const host = lookup === undefined ? '127.0.0.1' : 'both.test'
  const client = createClient(`http://${host}:${port}`, lookup && { lookup })
  atEnd(t, client.close)
  atEnd(t, stop)

  async function listen(at: number): Promise<void> {
    server.listen(at, '127.0.0.1')
    await once(server, 'listening')
  }

  async function stop(): Promise<void> {
    const closed = server.listening ? once(server, 'close') : undefined
    server.close()
    server.closeAllConnections()
    await closed
  }

  return { client, server, opened: () => opened, stop, startAgain: () => listen(port) }
}

function get(client: Client, path = '/'): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>()
  client.send({ method: 'GET', path }, resolve)
  return promise
}

/** At once. Connections are free again in the turn after their answers. */
async function many(client: Client, count: number): Promise<Answer[]> {
  const answers = await Promise.all(Array.from({ length: count }, () => get(client)))
  await nextTurn()
  return answers
}

const ok: RequestListener = (_request, response) => response.end('{}')

test('one request after another shares a connection, and those at once have one each', async (t) => {
  const { client, opened } = await start(t, ok)
  for (let n = 0; n < 5; n++) assert.equal((await many(client, 1))[0]!.status, 200)
  assert.equal(opened(), 1)
  await many(client, 8)
  assert.equal(opened(), 8)
  await many(client, 8)
  assert.equal(opened(), 8)
})

test('a connection that has failed is not used by two requests at once', async (t) => {
  let atOnce = 0
  let most = 0
  const { client, opened } = await start(t, ({ url, socket }, response) => {
    if (url === '/break') return socket.destroy()
    if (url === '/close') response.setHeader('connection', 'close')
    most = Math.max(most, ++atOnce)
    setTimeout(() => {
      atOnce--
      response.end('{}')
    }, 20)
  })
  const endings = ['/break', '/close', '/', '/break', '/close']
  await Promise.all(endings.map((path) => get(client, path)))
  const request = client.send({ method: 'GET', path: '/' }, () => {})
  request.abort()
  const before = opened()
  const answers = await many(client, 20)
  assert.deepEqual(new Set(answers.map(({ status, error }) => error ?? status)), new Set([200]))
  assert.ok(most > 1)
  // Were one there twice, two would wait for each other on it, and fewer be opened.
  assert.ok(opened() - before >= 20 - 1, `${opened() - before} were opened for 20 at once`)
})

test('what is abandoned while it connects is closed, and does not come back', async (t) => {
  const { client, opened } = await start(t, ok)
  const errors: (string | undefined)[] = []
  const request = client.send({ method: 'GET', path: '/' }, ({ error }) => errors.push(error))
  request.abort()
  await until('it is told', () => errors.length === 1)
  request.abort() // once more, as who has an answer already
  assert.equal((await get(client)).status, 200)
  assert.ok(opened() <= 2)
})

test('to abandon what is over leaves the connection to others', async (t) => {
  const { client, opened } = await start(t, ok)
  const { promise, resolve } = Promise.withResolvers<Answer>()
  const first = client.send({ method: 'GET', path: '/' }, resolve)
  await promise
  await nextTurn()
  const second = get(client)
  first.abort()
  assert.equal((await second).status, 200)
  assert.equal(opened(), 1)
})

test('a request that cannot be sent is told, and its connection is used by the next one', async (t) => {
  const { client, opened } = await start(t, ok)
  await many(client, 1)
  for (let n = 0; n < 3; n++) {
    const { status, error } = await get(client, '/no blanks')
    assert.equal(status, 0)
    assert.match(error ?? '', /path/)
  }
  assert.equal((await get(client)).status, 200)
  assert.equal(opened(), 1)
})

test('a service that dies and comes back is reached again', async (t) => {
  const { client, stop, startAgain } = await start(t, ok)
  await many(client, 5)
  await stop()
  const errors = (await many(client, 10)).map(({ error }) => error ?? '')
  // Those of idle connections may not have heard yet.
  for (const error of errors) assert.match(error, /^connection (refused|broke)$/)
  assert.ok(errors.includes('connection refused'))
  await startAgain()
  const statuses = new Set((await many(client, 5)).map(({ status }) => status))
  assert.deepEqual(statuses, new Set([200]))
})

test('of a host with addresses of both families it finds the one that answers', async (t) => {
  const asked: string[] = []
  const { client } = await start(t, ok, (host, { all }, found) => {
    asked.push(host)
    assert.ok(all)
    const six = { address: '::1', family: 6 }
    found(null, [six, { address: '127.0.0.1', family: 4 }])
  })
  const statuses = (await many(client, 3)).map(({ status }) => status)
  assert.deepEqual(statuses, [200, 200, 200])
  assert.deepEqual(asked, ['both.test', 'both.test', 'both.test'])
})

test('a client that is closed opens nothing any more', async (t) => {
  const { client, opened } = await start(t, ok)
  await get(client)
  await client.close()
  assert.equal((await get(client)).error, 'client closed')
  assert.equal(opened(), 1)
})
