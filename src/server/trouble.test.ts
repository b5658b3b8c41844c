import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { startServer } from '../../test/fixtures/server.ts'
import { until } from '../../test/fixtures/until.ts'

/** What a server answers when something is away, full, or ending. */

const forever = '/api/blocking?task=primes&limit=40000000'

test('with Redis frozen, the queue is 503 within 1.5 s and all else goes on', async (t) => {
  const server = await startServer(t)
  server.redis.freeze()
  const start = performance.now()
  const paths = ['/api/non-blocking', '/api/fleet', `/api/jobs/j${'0'.repeat(32)}`, '/readyz']
  const answers = await Promise.all(paths.map((path) => server.get(path)))
  assert.ok(performance.now() - start < 1500, `took ${performance.now() - start} ms`)
  for (const { status } of answers) assert.equal(status, 503)
  for (const { headers, body } of answers.slice(0, 3)) {
    assert.equal(headers['retry-after'], '1')
    assert.equal(body.status, 503)
  }
  assert.equal(answers[3]?.body.checks.redis, 'away')
  for (const path of ['/api/blocking?limit=1000', '/', '/api/tasks', '/livez'])
    assert.equal((await server.get(path)).status, 200, path)
  server.redis.thaw()
  await until('ready again', async () => (await server.get('/readyz')).status === 200)
})

test('with Redis gone, the queue is 503 at once, and works again by itself', async (t) => {
  const server = await startServer(t)
  await server.redis.kill()
  await until('it is noticed', () => !server.service.producer.ready())
  const start = performance.now()
  assert.equal((await server.get('/api/non-blocking')).status, 503)
  assert.ok(performance.now() - start < 500)
  assert.equal((await server.get('/api/blocking?limit=1000')).status, 200)
  await server.redis.restart()
  await until('queued', async () => (await server.get('/api/non-blocking?limit=9')).status === 202)
})

test('a full queue is 503 and says when to try again', async (t) => {
  const server = await startServer(t, { env: { QUEUE_LIMIT: '2' } })
  const statuses = []
  for (let i = 0; i < 3; i++) statuses.push((await server.get('/api/non-blocking')).status)
  assert.deepEqual(statuses, [202, 202, 503])
  const { headers, body } = await server.get('/api/non-blocking')
  assert.match(String(headers['retry-after']), /^[1-9]\d*$/)
  assert.match(body.detail, /The queue is full: 2 jobs wait already/)
})

test('a full line for a thread is 503 and says when to try again', async (t) => {
  const server = await startServer(t, { env: { THREAD_QUEUE_LIMIT: '1' } })
  const held = [1, 2].map(() => server.get(`${forever}&timeoutMs=1500`))
  await until('one runs and one waits', () => {
    const { running, waiting } = server.service.executors.thread.load()
    return running === 1 && waiting === 1
  })
  const refused = await server.get('/api/blocking?limit=100')
  assert.equal(refused.status, 503)
  assert.match(String(refused.headers['retry-after']), /^[1-9]\d*$/)
  const [ran, waited] = await Promise.all(held)
  assert.equal(ran?.status, 504) // ran past its deadline
  assert.equal(waited?.status, 503) // past it before it started
})

test('a client that leaves ends the computation', async (t) => {
  const server = await startServer(t)
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.app.server.address() as AddressInfo
  const { load } = server.service.executors.thread
  const client = request({ port, path: forever }).on('error', () => {})
  client.end()
  await until('it runs', () => load().running === 1)
  client.destroy()
  await until('it is ended', () => load().running === 0, 2000)
  assert.equal((await server.get('/api/blocking?limit=100')).status, 200)
})

test('a draining server answers 502 to what is new, and finishes what runs', async (t) => {
  const server = await startServer(t)
  const running = server.get('/api/blocking?limit=3000000')
  await until('it runs', () => server.service.executors.thread.load().running === 1)
  server.drain()
  const refused = await server.get('/api/tasks')
  assert.equal(refused.status, 502)
  assert.equal(refused.headers.connection, 'close')
  assert.equal(refused.body.status, 502)
  assert.equal((await server.get('/livez')).status, 200)
  assert.equal((await server.get('/readyz')).status, 503)
  const { status, body } = await running
  assert.equal(status, 200)
  assert.equal(body.result.primes, 216_816)
})

test('draining ends the wait for a job early, with the job as it is', async (t) => {
  const server = await startServer(t)
  const waiting = server.get('/api/non-blocking?limit=1000', { prefer: 'wait=60' })
  await until('it is queued', async () => (await server.service.producer.counts()).waiting === 1)
  server.drain()
  const { status, body } = await waiting
  assert.equal(status, 202)
  assert.equal(body.job.state, 'waiting')
})

test('headers beyond what fits are 431 with a problem, on the bare socket', async (t) => {
  const server = await startServer(t)
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.app.server.address() as AddressInfo
  const client = request({ port, path: '/', headers: { x: 'x'.repeat(64_000) } }).end()
  const [response] = await once(client, 'response')
  assert.equal(response.statusCode, 431)
  assert.equal(response.headers['content-type'], 'application/problem+json')
  response.resume()
})
