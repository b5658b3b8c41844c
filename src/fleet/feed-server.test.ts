import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, type RequestOptions, request } from 'node:http'
import { connect } from 'node:net'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { atEnd } from '../../test/fixtures/at-end.ts'
import { openEvents } from '../../test/fixtures/event-stream.ts'
import { folder } from '../../test/fixtures/folder.ts'
import { until } from '../../test/fixtures/until.ts'
import type { Fleet } from '../api/fleet.ts'
import { createFeed } from './feed.ts'
import { createFeedServer } from './feed-server.ts'

const url = '/api/fleet/events'

/** A server of a feed that counts how often it was read; `size` characters are in each of its events. */
async function startFeedServer(
  t: TestContext,
  { size = 1, ...limits }: { size?: number; most?: number; longestMs?: number } = {},
) {
  let reads = 0
  let isAway = false
  const feed = createFeed({
    async read() {
      if (isAway) throw new Error('away')
      const padding = [{ id: 'x'.repeat(size) }] as Fleet['instances']
      return { instances: padding, queue: { waiting: ++reads, active: 0, limit: 10 } }
    },
    pause: () => delay(5),
  })
  const server = createFeedServer({ instance: 'server-7', feed, ...limits })
  const socketPath = path.join(await folder(t), 'fleet.sock')
  await server.listen({ path: socketPath })
  atEnd(t, () => server.close())
  return {
    server,
    feed,
    socketPath,
    reads: () => reads,
    setAway: (away: boolean) => {
      isAway = away
    },
    open: () => openEvents<Fleet>(t, { socketPath, path: url }),
    async ask(options: RequestOptions = {}) {
      const asked = request({ socketPath, path: url, agent: false, ...options }).end()
      const [answer] = (await once(asked, 'response')) as [IncomingMessage]
      const { statusCode: status, headers } = answer
      return { status, headers, body: await text(answer) }
    },
  }
}

test('the fleet is told as server-sent events, with the headers that all answers have', async (t) => {
  const { socketPath, feed } = await startFeedServer(t)
  const headers = { 'x-request-id': 'a'.repeat(32) }
  const { answer, events, comments, next, leave, ended } = await openEvents<Fleet>(t, {
    socketPath,
    path: `${url}?x=1`,
    headers,
  })
  assert.equal(answer.statusCode, 200)
  assert.partialDeepStrictEqual(answer.headers, {
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-served-by': 'server-7',
    ...headers,
  })
  await next('a third one', ({ data }) => data.queue.waiting === 3)
  assert.deepEqual(comments, ['retry: 1000'])
  assert.deepEqual(
    events.slice(0, 3).map(({ event, data }) => [event, data.queue.waiting]),
    [1, 2, 3].map((waiting) => ['fleet', waiting]),
  )
  leave()
  await ended
  await until('its client is forgotten', () => feed.followers() === 0)
})

test('that Redis is away is an event, and the fleet comes again after it', async (t) => {
  const { open, setAway } = await startFeedServer(t)
  setAway(true)
  const { answer, next, events } = await open()
  assert.equal(answer.statusCode, 200)
  const { data } = await next('it is away', ({ event }) => event === 'away')
  assert.deepEqual(Object.keys(data), ['detail'])
  setAway(false)
  await next('it is back', ({ event }) => event === 'fleet')
  assert.equal(events.filter(({ event }) => event === 'away').length, 1)
})

for (const method of ['HEAD', 'POST', 'DELETE'])
  test(`${method} is 405, and says what is possible`, async (t) => {
    const { ask } = await startFeedServer(t)
    const { status, headers, body } = await ask({ method })
    assert.deepEqual([status, headers.allow], [405, 'GET, OPTIONS'])
    assert.equal(headers['content-type'], 'application/problem+json')
    assert.match(String(headers['x-request-id']), /^[0-9a-f]{32}$/)
    assert.equal(headers['x-served-by'], 'server-7')
    assert.equal(method === 'HEAD' ? body : JSON.parse(body).status, method === 'HEAD' ? '' : 405)
  })

test('OPTIONS says what is possible, and nothing is at another path', async (t) => {
  const { ask } = await startFeedServer(t)
  const options = await ask({ method: 'OPTIONS' })
  assert.deepEqual([options.status, options.headers.allow], [204, 'GET, OPTIONS'])
  const { status, body } = await ask({ path: '/api/fleet' })
  assert.deepEqual([status, JSON.parse(body).detail], [404, 'Nothing is at /api/fleet.'])
})

test('more streams than there may be are refused, until one of them ends', async (t) => {
  const { open, ask, feed } = await startFeedServer(t, { most: 2 })
  const [first] = await Promise.all([open(), open()])
  const { status, headers, body } = await ask()
  assert.deepEqual([status, headers['retry-after']], [503, '5'])
  assert.equal(JSON.parse(body).detail, '2 clients follow the fleet here already.')
  first.leave()
  await until('there is room', () => feed.followers() === 1)
  assert.equal((await open()).answer.statusCode, 200)
})

test('a server that closes ends its streams in order, and its socket is gone', async (t) => {
  const { server, open, ask } = await startFeedServer(t)
  const streams = await Promise.all([open(), open()])
  server.close()
  server.close() // as often as one likes
  for (const { ended } of streams) assert.equal(await ended, true)
  await assert.rejects(ask(), { code: 'ENOENT' })
})

test('an address that is taken is an error that says so', async (t) => {
  const { socketPath, feed } = await startFeedServer(t)
  const other = createFeedServer({ instance: 'server-8', feed })
  await assert.rejects(other.listen({ path: socketPath }), { code: 'EADDRINUSE' })
})

/** A client that takes nothing of the stream before `resume`. */
function openLazily(t: TestContext, socketPath: string) {
  const socket = connect(socketPath)
  socket.on('error', () => {})
  atEnd(t, () => socket.destroy())
  socket.pause().write(`GET ${url} HTTP/1.1\r\nHost: here\r\n\r\n`)
  return socket
}

test('a client that takes nothing holds up no other, and is told the newest when it does', async (t) => {
  const { socketPath, open, reads, feed } = await startFeedServer(t, { size: 50_000 })
  const lazy = openLazily(t, socketPath)
  await until('it follows', () => feed.followers() === 1)
  const { next } = await open()
  await next('many', ({ data }) => data.queue.waiting > 100)
  let said = ''
  lazy.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk
  })
  lazy.resume()
  const before = reads()
  const told = () => [...said.matchAll(/"waiting":(\d+)/g)].map(([, waiting]) => Number(waiting))
  await until('it is told the newest', () => told().some((waiting) => waiting >= before))
  const missed = told().findIndex((waiting, index) => waiting > index + 1)
  assert.ok(missed > 0 && missed < 60, `the first that it missed was number ${missed}`)
})

test('a client that takes nothing for long is cut off', async (t) => {
  const { socketPath, open, feed } = await startFeedServer(t, { size: 50_000, longestMs: 1000 })
  openLazily(t, socketPath)
  await until('it follows', () => feed.followers() === 1)
  const { next } = await open()
  await until('it is forgotten', () => feed.followers() === 1)
  await next('the other goes on', ({ at }) => at > performance.now() - 1)
})
