import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { InjectOptions } from 'fastify'
import { type Answer, startServer, type TestServer } from '../../test/fixtures/server.ts'
import { testTasks } from '../../test/fixtures/tasks.ts'
import { pastDeadline, until } from '../../test/fixtures/until.ts'
import { mostStreams } from '../fleet/fleet-stream.ts'
import { silentLog } from '../log.ts'

/** What /openapi.json says of the answers is what is answered. */

interface Operation {
  responses: Record<string, { content?: Record<string, unknown> }>
}
type Paths = Record<string, Record<string, Operation>>

const words = (text: string) => text.split(' ')

/** Asks, and holds each answer against what is documented of it. */
async function startDocumented(server: TestServer) {
  const { body: document } = await server.get('/openapi.json')
  const paths: Paths = document.paths
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema(document, 'document')
  const pointer = (...steps: string[]) =>
    `document#/${steps.map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`

  function assertDocumented(
    method: string,
    url: string,
    { status, headers, body }: Answer,
  ): string {
    const where = url.split('?')[0]!.replace(/^(\/api\/jobs\/)[^/]+/, '$1{id}')
    const name = `${method} ${where} ${status}`
    const response = paths[where]?.[method.toLowerCase()]?.responses[String(status)]
    assert.ok(response, `${name} is not documented`)
    const type = String(headers['content-type'] ?? '').split(';')[0]!
    if (status !== 204) {
      assert.ok(response.content?.[type], `${name} is documented, but not as ${type}`)
      const at = [method.toLowerCase(), 'responses', String(status), 'content', type, 'schema']
      const fits = ajv.validate({ $ref: pointer('paths', where, ...at) }, body)
      assert.ok(fits, `${name}: ${ajv.errorsText()}: ${JSON.stringify(body)}`)
    } else assert.deepEqual([type, body], ['', ''], name)
    assert.match(String(headers['x-request-id']), /^[0-9a-f]{32}$/, name)
    assert.equal(headers['x-served-by'], 'server-7', name)
    assert.equal(headers['cache-control'], 'no-store', name)
    assert.equal(status === 503 && type.includes('problem'), headers['retry-after'] !== undefined)
    return name
  }

  const documented = Object.entries(paths).flatMap(([where, operations]) =>
    Object.entries(operations).flatMap(([method, { responses }]) =>
      Object.keys(responses).map((status) => `${method.toUpperCase()} ${where} ${status}`),
    ),
  )
  return { documented, assertDocumented }
}

test('every documented answer is given as it is documented, and no other', async (t) => {
  const { tasksDir } = await testTasks(t, 'throws', 'loop', 'gate')
  const env = { THREAD_QUEUE_LIMIT: '0' }
  const hits: string[] = []
  const log = { ...silentLog, hit: ({ path }: { path: string }) => void hits.push(path) }
  const server = await startServer(t, { tasksDir, env, log })
  await server.startWorker()
  const { documented, assertDocumented } = await startDocumented(server)
  const seen = new Set<string>()
  const ask = async (url: string, request: InjectOptions = {}) => {
    const answer = await server.ask({ ...request, url })
    seen.add(assertDocumented(request.method ?? 'GET', url, answer))
    return answer
  }
  const post = (url: string, payload: string | object, headers = {}) =>
    ask(url, {
      method: 'POST',
      payload,
      headers: { 'content-type': 'application/json', ...headers },
    })
  const prefer = { prefer: 'wait=30' }
  const hasStarted = ({ status }: Answer) => status !== 503

  for (const url of ['/api/blocking', '/api/non-blocking']) {
    await ask(`${url}?limit=100`)
    await ask(`${url}?limit=100`, { headers: prefer })
    await ask(`${url}?limit=x`)
    await ask(`${url}?task=unheard-of`)
    await ask(`${url}?task=throws`, { headers: prefer })
    await pastDeadline(
      (ms) => ask(`${url}?task=loop&timeoutMs=${ms}`, { headers: prefer }),
      hasStarted,
    )
    await post(url, { params: { limit: 100 } })
    await post(url, { params: { limit: 100 } }, prefer)
    await post(url, { params: { limit: 'x' } })
    await post(url, { task: 'unheard-of' })
    await post(url, { task: 'throws' }, prefer)
    await pastDeadline((ms) => post(url, { task: 'loop', timeoutMs: ms }, prefer), hasStarted)
    await post(url, ' '.repeat(20_000))
    await post(url, 'a=1', { 'content-type': 'text/plain' })
  }

  const key = { 'idempotency-key': 'k' }
  await ask('/api/non-blocking?limit=100', { headers: key })
  await ask('/api/non-blocking?limit=101', { headers: key })
  await post('/api/non-blocking', { params: { limit: 102 } }, key)

  const { headers } = await ask('/api/non-blocking?task=throws')
  await ask(String(headers.location), { headers: prefer })
  await ask(String(headers.location), { headers: { prefer: 'wait=x' } })
  const over = String(headers.location)
  await ask(`${over}/events`)
  await ask(`${over}/events`, { headers: { 'last-event-id': 'failed' } })
  await ask(over, { method: 'DELETE' })
  const waiting = await ask('/api/non-blocking?task=loop')
  await ask(String(waiting.headers.location), { method: 'DELETE' })
  await ask('/api/jobs/j1')
  await ask('/api/jobs/j1', { method: 'DELETE' })
  await ask('/api/jobs/j1/events')
  for (const url of ['/api/tasks', '/api/fleet', '/livez', '/readyz']) await ask(url)

  const fromElsewhere = { 'sec-fetch-site': 'cross-site' }
  for (const [method, where] of documented.filter((each) => each.endsWith(' 403')).map(words))
    await ask(where!.replace('{id}', `j${'0'.repeat(32)}`), {
      method: method as 'GET',
      headers: fromElsewhere,
    })

  const file = path.join(tasksDir, 'open')
  const running = ask(`/api/blocking?task=gate&file=${encodeURIComponent(file)}`)
  await until('the thread is taken', () => server.service.executors.thread.load().running === 1)
  await ask('/api/blocking?limit=100')
  await post('/api/blocking', { params: { limit: 100 } })
  await writeFile(file, '')
  await running

  await server.redis.kill()
  await until('it is noticed', () => !server.service.producer.ready())
  await ask('/api/non-blocking?limit=100')
  await post('/api/non-blocking', { params: { limit: 100 } })
  await ask(String(headers.location))
  await ask(String(headers.location), { headers: prefer })
  await ask(`${over}/events`)
  await ask(over, { method: 'DELETE' })
  await ask('/api/fleet')
  await ask('/readyz')
  await server.redis.restart()

  const live = '/api/fleet/events'
  const streams = Array.from({ length: mostStreams }, () => ask(live))
  await until('they have begun', () => hits.filter((hit) => hit === live).length === mostStreams)
  await ask(live) // one too many
  server.drain() // they have no other end
  await Promise.all(streams)

  assert.deepEqual([...seen].sort(), documented.sort())
})
