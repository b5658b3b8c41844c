import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { overJob } from '../../test/fixtures/queue.ts'
import { startServer } from '../../test/fixtures/server.ts'
import { createBoard } from '../queue/board.ts'

/** The dashboard of the queue, as HTTP answers it. */

const token = 'open-sesame:0123456789'
const server = await startServer({ after }, { env: { ADMIN_TOKEN: token } })
await server.startWorker()
const { ask, get, service } = server
const bearer = { authorization: `Bearer ${token}` }
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})

test('without ADMIN_TOKEN there is no dashboard, as there is nothing at any unknown path', async (t) => {
  const without = await startServer(t)
  for (const url of ['/admin/queues', '/admin/queues/', '/admin/queues/api/queues', '/admin/que'])
    for (const method of ['GET', 'PUT'] as const) {
      const { status, body, headers } = await without.ask({ method, url, headers: bearer })
      assert.equal(status, 404, `${method} ${url}`)
      assert.equal(body.detail, `Nothing is at ${url}; see /docs.`)
      assert.equal(headers['www-authenticate'], undefined)
    }
})

test('it opens to the token: as a bearer, or as the password of any user', async () => {
  for (const headers of [
    bearer,
    { authorization: `bearer ${token}` },
    basic('admin', token),
    basic('', token),
  ]) {
    const { status, headers: answered } = await get('/admin/queues', headers)
    assert.equal(status, 200)
    assert.equal(answered['content-type'], 'text/html; charset=utf-8')
  }
})

test('to nobody else: 401 as a problem, and a browser asks for a password', async () => {
  const wrong = [
    {},
    { authorization: '' },
    { authorization: token },
    { authorization: 'Bearer' },
    { authorization: `Bearer ${token}x` },
    { authorization: `Bearer ${token.slice(0, -1)}` },
    { authorization: `Digest ${token}` },
    { authorization: `Basic ${token}` },
    basic(token, ''),
    basic('admin', token.toUpperCase()),
  ]
  const paths = ['/admin/queues', '/admin/queues/api/queues', '/admin/queues/static/favicon.ico']
  for (const headers of wrong)
    for (const url of paths) {
      const { status, headers: answered, body } = await get(url, headers)
      assert.equal(status, 401, `${JSON.stringify(headers)} ${url}`)
      assert.match(String(answered['content-type']), /^application\/problem\+json\b/)
      assert.match(String(answered['www-authenticate']), /^Basic realm="[^"]+", charset="UTF-8"$/)
      assert.equal(body.status, 401)
    }
})

test('it shows the queue and its jobs', async () => {
  const queued = await get('/api/non-blocking?limit=1000')
  await overJob(service.producer, queued.body.job.id)
  const { status, body } = await get('/admin/queues/api/queues?activeQueue=tasks&page=1', bearer)
  assert.equal(status, 200)
  const [queue] = body.queues
  assert.equal(queue.name, 'tasks')
  assert.equal(queue.readOnlyMode, true)
  assert.equal(queue.counts.completed, 1)
  assert.deepEqual(
    queue.jobs.map((job: { id: string }) => job.id),
    [queued.body.job.id],
  )
  const job = await get(`/admin/queues/api/queues/tasks/${queued.body.job.id}`, bearer)
  assert.equal(job.status, 200)
  assert.equal(job.body.status, 'completed')
  assert.equal((await get('/admin/queues/api/redis/stats', bearer)).status, 200)
  assert.equal((await get('/admin/queues/api/queues/none/1', bearer)).status, 404)
})

test('it changes nothing, whatever it is asked to', async () => {
  const { body } = await get('/api/non-blocking?limit=1001')
  await overJob(service.producer, body.job.id)
  const keys = async () => (await service.producer.redis.keys('*')).sort()
  const before = await keys()
  const changes: ['PUT' | 'POST' | 'PATCH' | 'DELETE', string][] = [
    ['PUT', '/queues/pause'],
    ['PUT', '/queues/tasks/pause'],
    ['PUT', '/queues/tasks/retry/completed'],
    ['PUT', '/queues/tasks/clean/completed'],
    ['PUT', '/queues/tasks/empty'],
    ['PUT', '/queues/tasks/obliterate'],
    ['PUT', '/queues/tasks/concurrency'],
    ['PUT', `/queues/tasks/${body.job.id}/retry`],
    ['PUT', `/queues/tasks/${body.job.id}/clean`],
    ['PATCH', `/queues/tasks/${body.job.id}/update-data`],
    ['POST', '/queues/tasks/add'],
    ['DELETE', `/queues/tasks/${body.job.id}`],
  ]
  for (const [method, path] of changes) {
    const url = `/admin/queues/api${path}`
    const payload = { name: 'primes', data: {}, options: {} }
    const refused = await ask({ method, url, payload, headers: bearer })
    assert.equal(refused.status, 405, `${method} ${url}`)
    assert.equal(refused.headers.allow, 'GET, HEAD')
    assert.equal(refused.body.status, 405)
    assert.equal((await ask({ method, url, payload })).status, 401)
    assert.equal((await get(url, bearer)).status < 500, true)
  }
  assert.deepEqual(await keys(), before)
  assert.equal((await service.producer.find(body.job.id))?.job.state, 'completed')
  assert.equal(await service.producer.asking((queue) => queue.isPaused()), false)
})

test('none of its questions is one of those that Bull Board has for changing something', () => {
  const { questions } = createBoard(service.producer)
  assert.ok(questions.length > 5)
  for (const { url } of questions)
    assert.doesNotMatch(url, /pause|resume|retry|clean|promote|empty|obliterate|add|update|remove/)
})

test('while Redis is away it answers 503, and it comes back by itself', async (t) => {
  const own = await startServer(t, { env: { ADMIN_TOKEN: token } })
  await own.redis.kill()
  const away = await own.get('/admin/queues/api/queues', bearer)
  assert.equal(away.status, 503)
  assert.equal((await own.get('/admin/queues', bearer)).status, 200)
  await own.redis.restart()
  await own.service.producer.untilReady()
  assert.equal((await own.get('/admin/queues/api/queues', bearer)).status, 200)
})
