import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { startServer } from '../../test/fixtures/server.ts'
import { pastDeadline } from '../../test/fixtures/until.ts'
import { BlockingAnswer, NonBlockingAnswer } from '../api/answers.ts'
import { Fleet } from '../api/fleet.ts'
import { Job } from '../api/job.ts'
import { checker } from '../api/validate.ts'

/** The HTTP contract, endpoint by endpoint. */

function assertMatches(schema: Parameters<typeof checker>[0], body: unknown): void {
  assert.deepEqual(checker(schema, 'body')(structuredClone(body)), { ok: true, value: body })
}

describe('a server with a worker', async () => {
  const server = await startServer({ after })
  const { get, post, ask } = server
  await server.startWorker()

  for (const executor of ['thread', 'event-loop'] as const)
    test(`GET /api/blocking runs a task on the ${executor} and answers with its result`, async () => {
      const path = `/api/blocking?task=primes&limit=1000&executor=${executor}`
      const { status, headers, body } = await get(path)
      assert.equal(status, 200)
      assertMatches(BlockingAnswer, body)
      assert.partialDeepStrictEqual(body, {
        type: 'blocking',
        complete: true,
        task: 'primes',
        executor,
        instance: 'server-7',
        result: { limit: 1000, primes: 168 },
      })
      assert.equal(headers['x-served-by'], 'server-7')
      assert.match(String(headers['x-request-id']), /^[0-9a-f]{32}$/)
      assert.equal(headers['cache-control'], 'no-store')
    })

  test('POST /api/blocking takes the parameters in a JSON body, and the thread is the default', async () => {
    const { status, body } = await post('/api/blocking', { task: 'primes', params: { limit: 100 } })
    assert.equal(status, 200)
    assert.equal(body.executor, 'thread')
    assert.deepEqual(body.result, { limit: 100, primes: 25 })
  })

  test('GET /api/non-blocking answers 202 with the job, and Location finds it', async () => {
    const { status, headers, body } = await get('/api/non-blocking?task=primes&limit=1000')
    assert.equal(status, 202)
    assertMatches(NonBlockingAnswer, body)
    assert.partialDeepStrictEqual(body, {
      type: 'non-blocking',
      complete: false,
      task: 'primes',
      executor: 'queue',
      instance: 'server-7',
      job: { state: 'waiting', progress: 0, attempts: 0, worker: null },
    })
    assert.equal(headers.location, `/api/jobs/${body.job.id}`)
    const job = await get(String(headers.location), { prefer: 'wait=30' })
    assert.equal(job.status, 200)
    assert.equal(job.headers['preference-applied'], 'wait=30')
    assertMatches(Job, job.body)
    assert.partialDeepStrictEqual(job.body, {
      id: body.job.id,
      state: 'completed',
      progress: 1,
      attempts: 1,
      worker: 'worker-7',
      result: { limit: 1000, primes: 168 },
    })
  })

  test('with Prefer: wait it answers 200 with the result when the job ends in time', async () => {
    const { status, headers, body } = await post(
      '/api/non-blocking',
      { task: 'primes', params: { limit: 1000 } },
      { prefer: 'wait=30' },
    )
    assert.equal(status, 200)
    assert.equal(headers['preference-applied'], 'wait=30')
    assertMatches(NonBlockingAnswer, body)
    assert.partialDeepStrictEqual(body, { complete: true, result: { primes: 168 } })
  })

  test('with Prefer: wait=0 it answers 202 and says that it has applied it', async () => {
    const { status, headers } = await get('/api/non-blocking?limit=1000', { prefer: 'wait=0' })
    assert.equal(status, 202)
    assert.equal(headers['preference-applied'], 'wait=0')
  })

  test('a longer wait than the longest is shortened, and it says so', async () => {
    const { headers } = await get('/api/non-blocking?limit=1000', { prefer: 'wait=999' })
    assert.equal(headers['preference-applied'], 'wait=60')
  })

  test('a request that the proxy tries twice is one job', async () => {
    const id = 'a'.repeat(31)
    const headers = { 'x-request-id': `${id}1` }
    const first = await get('/api/non-blocking?limit=1000', headers)
    const again = await get('/api/non-blocking?limit=1000', headers)
    assert.equal(first.headers['x-request-id'], `${id}1`)
    assert.equal(again.body.job.id, first.body.job.id)
  })

  test('a run past its deadline is 504 inside a request, and for one who waits for the job', async () => {
    const slow = 'task=primes&limit=40000000'
    const hasStarted = ({ status }: { status: number }) => status !== 503
    const inside = await pastDeadline(
      (timeoutMs) => get(`/api/blocking?${slow}&timeoutMs=${timeoutMs}`),
      hasStarted,
    )
    assert.equal(inside.result.status, 504)
    assert.equal(
      inside.result.body.detail,
      `primes ran past its deadline of ${inside.timeoutMs} ms.`,
    )
    const { result: queued } = await pastDeadline(
      (timeoutMs) => get(`/api/non-blocking?${slow}&timeoutMs=${timeoutMs}`, { prefer: 'wait=30' }),
      hasStarted,
    )
    assert.equal(queued.status, 504)
    const { body } = await get(`/api/jobs/${queued.body.job}`)
    assert.equal(body.state, 'failed')
    assert.equal(body.error.reason, 'deadline')
  })

  test('GET /api/tasks lists the tasks with the schemas of their parameters', async () => {
    const { status, body } = await get('/api/tasks')
    assert.equal(status, 200)
    assert.equal(body.default, 'primes')
    const names = body.tasks.map(({ name }: { name: string }) => name)
    assert.deepEqual(names, ['primes', 'mandelbrot', 'password'])
    assert.equal(body.tasks[0].params.properties.limit.type, 'integer')
    assert.deepEqual(body.tasks[0].params.required, [])
  })

  test('GET /api/fleet tells the queue and its limit', async () => {
    const { status, body } = await get('/api/fleet')
    assert.equal(status, 200)
    assertMatches(Fleet, body)
    assert.equal(body.queue.limit, 10_000)
  })

  test('GET /livez and /readyz are 200, and /metrics is Prometheus text', async () => {
    assert.equal((await get('/livez')).status, 200)
    assert.deepEqual((await get('/readyz')).body.checks, { redis: 'ok', draining: 'no' })
    const { headers, body } = await get('/metrics')
    assert.match(String(headers['content-type']), /^text\/plain/)
    assert.match(
      body,
      /unblock_http_requests_total\{method="GET",route="\/api\/tasks",status="200"/,
    )
    assert.match(body, /unblock_tasks_total\{task="primes",executor="thread",outcome="completed"/)
  })

  test('GET /openapi.json is a valid OpenAPI document of exactly these paths', async () => {
    const { body } = await get('/openapi.json')
    const { valid, errors } = await new Validator().validate(structuredClone(body))
    assert.ok(valid, JSON.stringify(errors))
    assert.deepEqual(Object.keys(body.paths).sort(), [
      '/api/blocking',
      '/api/fleet',
      '/api/fleet/events',
      '/api/jobs/{id}',
      '/api/jobs/{id}/events',
      '/api/non-blocking',
      '/api/tasks',
      '/livez',
      '/readyz',
    ])
    assert.equal((await get('/docs')).status, 200)
    const style = await get('/docs/static/swagger-ui.css')
    const etag = String(style.headers.etag)
    assert.match(String(style.headers['content-type']), /^text\/css/)
    const again = await get('/docs/static/swagger-ui.css', { 'if-none-match': etag })
    assert.deepEqual([style.status, again.status], [200, 304])
    for (const url of ['/docs/static/nothing.js', '/docs/static/a%00b'])
      assert.deepEqual([(await get(url)).status, (await get(url)).body.status], [404, 404])
  })

  test('HEAD answers as GET without a body, but starts no work', async () => {
    for (const url of ['/', '/api/tasks', '/livez']) {
      const head = await ask({ method: 'HEAD', url })
      const { headers } = await get(url)
      assert.deepEqual([head.status, head.body], [200, ''])
      assert.equal(head.headers['content-length'], headers['content-length'])
    }
    for (const url of ['/api/blocking', '/api/non-blocking'])
      assert.equal((await ask({ method: 'HEAD', url })).status, 405)
  })

  for (const [url, allow] of [
    ['/api/blocking', 'GET, POST, OPTIONS'],
    ['/api/non-blocking', 'GET, POST, OPTIONS'],
    ['/api/jobs/j1', 'GET, DELETE, HEAD, OPTIONS'],
    ['/api/jobs/j1/events', 'GET, OPTIONS'],
    ['/api/fleet/events', 'GET, OPTIONS'],
    ['/api/tasks', 'GET, HEAD, OPTIONS'],
    ['/', 'GET, HEAD, OPTIONS'],
  ] as const)
    test(`OPTIONS ${url} says what is possible, and so does 405`, async () => {
      const options = await ask({ method: 'OPTIONS', url })
      assert.deepEqual([options.status, options.headers.allow], [204, allow])
      const wrong = await ask({ method: 'PATCH', url, payload: 'x' })
      assert.deepEqual([wrong.status, wrong.headers.allow], [405, allow])
      assert.equal(wrong.body.status, 405)
    })

  // The last one: that task keeps the worker busy.
  test('POST without a body runs the default task with its defaults', async () => {
    const { status, body } = await ask({ method: 'POST', url: '/api/non-blocking' })
    assert.equal(status, 202)
    assert.equal(body.task, 'primes')
  })
})
