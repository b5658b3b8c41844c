import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { keepLog } from '../../test/fixtures/queue.ts'
import { startServer, type TestServer } from '../../test/fixtures/server.ts'
import { testTasks } from '../../test/fixtures/tasks.ts'
import { pastDeadline, until } from '../../test/fixtures/until.ts'
import { clientKey, jobKey } from '../queue/keys.ts'

/** What a server refuses, and what it says then. */

const me = { 'x-forwarded-for': '192.0.2.7' }
const you = { 'x-forwarded-for': '192.0.2.8' }
const small = '/api/non-blocking?limit=1000'

test('a queue with as much work as may wait is 503, and says which bound and how long', async (t) => {
  const server = await startServer(t, { env: { QUEUE_COST_LIMIT_MS: '4000' } })
  assert.equal((await server.get('/api/non-blocking')).status, 202) // the default task: about 3 s
  assert.equal((await server.get('/api/non-blocking')).status, 202)
  const { status, headers, body } = await server.get(small)
  assert.equal(status, 503)
  assert.equal(headers['retry-after'], '30')
  assert.match(
    body.detail,
    /^The queue is full: jobs of about [67] s of CPU time wait already, and 4 s may; try again in 30 s\.$/,
  )
})

test('a job costs no more than it may take until its deadline', async (t) => {
  const server = await startServer(t)
  const { body } = await server.get('/api/non-blocking?timeoutMs=70')
  const data = await server.service.producer.redis.hget(jobKey(body.job.id), 'data')
  assert.match(String(data), /^{"costMs":70,/)
})

test('when jobs end, the queue says how long it takes at that rate', async (t) => {
  const server = await startServer(t, { env: { QUEUE_LIMIT: '20' } })
  const add = async () => (await server.get(small)).status
  for (let i = 0; i < 20; i++) assert.equal(await add(), 202)
  // As if 5 jobs had ended just now: 0.5 a second, and 2 are to go.
  const { redis } = server.service.producer
  for (let i = 0; i < 5; i++) await redis.zadd('unblock:tasks:completed', Date.now(), `j${i}`)
  const refused = await until('it has been counted', async () => {
    const { headers } = await server.get(small)
    return headers['retry-after'] !== '30' && headers
  })
  assert.equal(refused['retry-after'], '4')
})

/** A server where one client has 1 s of CPU time at once, and next to nothing after. */
async function frugal(t: TestContext, tasksDir = ''): Promise<TestServer> {
  const env = { CLIENT_CPU_MS_PER_S: '1', CLIENT_CPU_BURST_MS: '1000' }
  return startServer(t, { env, tasksDir })
}

test('a client that has spent its budget is 429, here and on the queue, and no other client', async (t) => {
  const server = await frugal(t)
  assert.equal((await server.get('/api/non-blocking', me)).status, 202) // about 3 s
  for (const url of [small, '/api/blocking?limit=1000']) {
    const { status, headers, body } = await server.get(url, me)
    assert.equal(status, 429)
    assert.match(String(headers['content-type']), /^application\/problem\+json/)
    const retryAfter = Number(headers['retry-after'])
    assert.ok(retryAfter > 1000 && retryAfter < 5000, `${retryAfter} s`)
    assert.match(
      body.detail,
      /may use 1 ms of CPU time a second, and 1000 ms at once; try again in/,
    )
    assert.equal((await server.get(url, you)).status, url === small ? 202 : 200)
  }
  for (const url of ['/api/tasks', '/api/fleet', '/'])
    assert.equal((await server.get(url, me)).status, 200, url)
})

test('a run inside a request is charged what it really took, however it ended', async (t) => {
  const { tasksDir } = await testTasks(t, 'busy', 'loop')
  const server = await frugal(t, tasksDir)
  const { redis } = server.service.producer
  const spent = async () => {
    const [key] = await redis.keys(clientKey('*'))
    const balance = key === undefined ? null : await redis.hget(key, 'balance')
    return balance === null ? 0 : 1000 - Number(balance)
  }
  const busy = (ms: number, fails: boolean) =>
    server.get(`/api/blocking?task=busy&ms=${ms}&throws=${fails}`, me)
  assert.equal((await busy(150, false)).status, 200)
  const first = await until('it is settled', async () => (await spent()) || undefined)
  assert.ok(first >= 149 && first < 400, `${first} ms`)
  const settledAt = performance.now()
  assert.equal((await busy(150, true)).status, 500)
  const second = await until('it is settled', async () => (await spent()) > first + 1 && spent())
  const cameIn = (performance.now() - settledAt) / 1000 // 1 ms a second
  assert.ok(second >= first + 148 - cameIn, `${first} ms, then ${second} ms`)
  const { result } = await pastDeadline(
    (ms) => server.get(`/api/blocking?task=loop&timeoutMs=${ms}`, me),
    ({ status }) => status !== 503,
  )
  assert.equal(result.status, 504)
  await until('it is settled', async () => (await spent()) > second + 1)
})

test('what is refused for another reason is not charged', async (t) => {
  const server = await startServer(t, {
    env: { CLIENT_CPU_MS_PER_S: '1', CLIENT_CPU_BURST_MS: '1000', QUEUE_LIMIT: '1' },
  })
  assert.equal((await server.get(small, you)).status, 202)
  for (let i = 0; i < 3; i++) assert.equal((await server.get('/api/non-blocking', me)).status, 503)
  assert.equal((await server.get('/api/blocking?limit=1000', me)).status, 200)
})

test('a job carries whom it was charged to, but no address', async (t) => {
  const server = await frugal(t)
  const { body } = await server.get('/api/non-blocking', me)
  const text = String(await server.service.producer.redis.hget(jobKey(body.job.id), 'data'))
  assert.match(text, /^{"costMs":\d+,/)
  assert.match(JSON.parse(text).client, /^[\w-]{22}$/)
  assert.doesNotMatch(text, /192\.0\.2\.7/)
})

test('without Redis, tasks run inside requests without budgets', async (t) => {
  const server = await frugal(t)
  await server.get('/api/non-blocking', me)
  assert.equal((await server.get('/api/blocking?limit=1000', me)).status, 429)
  await server.redis.kill()
  await until('it is noticed', () => !server.service.producer.ready())
  for (let i = 0; i < 3; i++)
    assert.equal((await server.get('/api/blocking?limit=1000', me)).status, 200)
  await server.redis.restart()
})

test('with Redis frozen, one run in a second waits for its budget, and the others do not', async (t) => {
  const server = await frugal(t)
  server.redis.freeze()
  const late: number[] = []
  for (let i = 0; i < 4; i++) {
    const start = performance.now()
    const { status, body } = await server.get('/api/blocking?limit=1000', me)
    assert.equal(status, 200)
    late.push(performance.now() - start - body.timing.waitMs - body.timing.runMs)
  }
  server.redis.thaw()
  assert.ok(Math.min(...late) < 500, `${late} ms`)
})

test('429 is documented where it can be answered, and only there', async (t) => {
  const documented = async (server: TestServer) => {
    const { body } = await server.get('/openapi.json')
    return Object.entries<Record<string, { responses: object }>>(body.paths).flatMap(
      ([path, operations]) =>
        Object.entries(operations)
          .filter(([, { responses }]) => '429' in responses)
          .map(([method]) => `${method} ${path}`),
    )
  }
  assert.deepEqual((await documented(await frugal(t))).sort(), [
    'get /api/blocking',
    'get /api/non-blocking',
    'post /api/blocking',
    'post /api/non-blocking',
  ])
  assert.deepEqual(await documented(await startServer(t)), [])
})

test('a task whose cost is wrong is 500, and the log says so', async (t) => {
  const { tasksDir } = await testTasks(t, 'miscounts')
  const trouble: string[] = []
  const log = keepLog({ trouble: (what, error) => trouble.push(`${what}: ${error}`) })
  const server = await startServer(t, { tasksDir, log })
  for (const url of ['/api/blocking', '/api/non-blocking']) {
    assert.equal(
      (await server.get(`${url}?task=miscounts&n=1`)).status,
      url.includes('non') ? 202 : 200,
    )
    const { status, body } = await server.get(`${url}?task=miscounts&n=0`)
    assert.equal(status, 500)
    assert.equal(body.title, 'Task Failed')
    assert.match(
      body.detail,
      /^miscounts: cost\(params\) must return a finite number of at least 0/,
    )
  }
  assert.match(trouble[0] ?? '', /^cost: CostError: miscounts/)
})
