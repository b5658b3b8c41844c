import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { keepLog } from '../../test/fixtures/queue.ts'
import { startServer } from '../../test/fixtures/server.ts'
import { testTasks } from '../../test/fixtures/tasks.ts'
import { until } from '../../test/fixtures/until.ts'
import type { Log } from '../log.ts'

/** What happens to every request around its endpoint. */

type Hit = Parameters<Log['hit']>[0]
type Done = Parameters<Log['done']>[0]

/** A server that keeps what it logs of requests. */
async function startLogged(t: TestContext, tasksDir = '') {
  const lines: (Hit | Done)[] = []
  const keep = (line: Hit | Done) => void lines.push(line)
  const log = keepLog({ hit: keep, done: keep })
  const server = await startServer(t, { tasksDir, log })
  return { ...server, lines }
}

test('each request is logged when it arrives and when it is done, without its query', async (t) => {
  const { app, get, lines } = await startLogged(t)
  const { headers } = await get('/api/blocking?limit=100&task=primes')
  const [hit, done] = lines
  const fields = { method: 'GET', path: '/api/blocking', requestId: headers['x-request-id'] }
  assert.deepEqual(hit, fields)
  assert.partialDeepStrictEqual(done, { ...fields, status: 200, left: false })
  assert.ok((done as Done).ms > 0)
  await get('/api/nowhere?secret')
  assert.partialDeepStrictEqual(lines[3], { path: '/api/nowhere', status: 404 })
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  await (await fetch(`${address}/api/tasks?secret`)).text()
  await until('the request is done', () => lines.length === 6)
  assert.partialDeepStrictEqual(lines[5], { path: '/api/tasks', status: 200, left: false })
  assert.ok(!JSON.stringify(lines).includes('secret'))
})

test('a request is logged before its work begins', async (t) => {
  const { tasksDir } = await testTasks(t, 'gate')
  const { get, lines, service } = await startLogged(t, tasksDir)
  const file = path.join(tasksDir, 'open')
  const answer = get(`/api/blocking?task=gate&file=${encodeURIComponent(file)}`)
  await until('it runs', () => service.executors.thread.load().running === 1)
  assert.equal(lines.length, 1)
  await writeFile(file, '')
  await answer
  assert.equal(lines.length, 2)
})

test('health checks and scrapes are neither logged nor counted', async (t) => {
  const { get, lines, service } = await startLogged(t)
  for (const url of ['/livez', '/readyz', '/metrics']) await get(url)
  assert.deepEqual(lines, [])
  await get('/api/tasks')
  const metrics = await service.metrics.registry!.metrics()
  const counted = metrics.match(/^unblock_http_requests_total\{.*$/gm)
  assert.equal(counted?.length, 1)
  assert.match(counted[0], /method="GET",route="\/api\/tasks",status="200".* 1$/)
})

test('the id of a request is that of the proxy, or a new one; nothing else is taken for one', async (t) => {
  const { get } = await startLogged(t)
  const idFor = async (id: string) =>
    (await get('/api/tasks', { 'x-request-id': id })).headers['x-request-id']
  const proxy = '0123456789abcdef0123456789abcdef'
  assert.equal(await idFor(proxy), proxy)
  const others = ['', 'abc', proxy.toUpperCase(), `${proxy}0`, '../../etc/passwd', `${proxy} x`]
  const ids = await Promise.all(others.map(idFor))
  for (const id of ids) assert.match(String(id), /^[0-9a-f]{32}$/)
  assert.equal(new Set([proxy, ...ids]).size, others.length + 1)
})

test('the same request tried twice is one job in the queue, other requests are others', async (t) => {
  const { get, service } = await startLogged(t)
  const headers = { 'x-request-id': 'f'.repeat(32) }
  const ids = []
  for (const each of [headers, headers, {}, {}])
    ids.push((await get('/api/non-blocking?limit=100', each)).body.job.id)
  assert.equal(ids[0], `j${'f'.repeat(32)}`)
  assert.equal(new Set(ids).size, 3)
  assert.deepEqual(await service.producer.counts(), { waiting: 3, active: 0 })
})

test('a client that leaves is logged as such, and its task uses no more CPU', async (t) => {
  const { tasksDir } = await testTasks(t, 'spin')
  const server = await startLogged(t, tasksDir)
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.app.server.address() as AddressInfo
  const file = path.join(tasksDir, 'beats')
  const url = `/api/blocking?task=spin&file=${encodeURIComponent(file)}`
  const client = request({ port, path: url }).on('error', () => {})
  client.end()
  await until('the task runs', () => existsSync(file))
  const leftAt = Date.now()
  client.destroy()
  await until('it is done', () => server.lines.length === 2)
  assert.partialDeepStrictEqual(server.lines[1], { path: '/api/blocking', left: true })
  // The thread has been replaced, and the time when it last computed stays what it is.
  assert.equal((await server.get('/api/blocking?limit=100')).status, 200)
  const beat = Number(await readFile(file, 'utf8'))
  assert.ok(beat - leftAt < 500, `it computed for another ${beat - leftAt} ms`)
})

test('a client that leaves while it waits for a job leaves the job alone', async (t) => {
  const server = await startLogged(t)
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.app.server.address() as AddressInfo
  const headers = { prefer: 'wait=60', 'x-request-id': 'e'.repeat(32) }
  const client = request({ port, path: '/api/non-blocking?limit=100', headers })
  client.on('error', () => {}).end()
  const queued = async () => (await server.service.producer.counts()).waiting === 1
  await until('the job is queued', queued)
  client.destroy()
  await until('it is done', () => server.lines.length === 2)
  assert.partialDeepStrictEqual(server.lines[1], { left: true })
  await server.startWorker()
  const { body } = await server.get(`/api/jobs/j${'e'.repeat(32)}`, { prefer: 'wait=30' })
  assert.deepEqual(body.result, { limit: 100, primes: 25 })
})
