import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { atEnd } from '../../test/fixtures/at-end.ts'
import { createMetrics, noMetrics } from '../metrics.ts'
import { createHealthServer } from './health.ts'

async function startHealth(
  t: TestContext,
  reachable: boolean,
  metrics = createMetrics('worker-7', () => ({ running: 0, waiting: 0, size: 1 })),
) {
  const health = createHealthServer({
    instance: 'worker-7',
    metrics,
    reachable: async () => reachable,
  })
  const url = await health.listen({ socketPath: '', host: '127.0.0.1', port: 0 })
  atEnd(t, () => health.close())
  return (path: string, headers = {}) => fetch(url + path, { headers })
}

test('a worker answers that it lives, and whether it can work', async (t) => {
  for (const reachable of [true, false]) {
    const get = await startHealth(t, reachable)
    assert.deepEqual(await (await get('/livez')).json(), { status: 'ok', instance: 'worker-7' })
    const ready = await get('/readyz?x')
    assert.equal(ready.status, reachable ? 200 : 503)
    assert.partialDeepStrictEqual(await ready.json(), {
      checks: { redis: reachable ? 'ok' : 'away', draining: 'no' },
    })
  }
})

test("a worker's answers bear the headers that all answers bear, and nothing is a problem that says so", async (t) => {
  const get = await startHealth(t, true)
  const id = 'b'.repeat(32)
  for (const [path, status, type] of [
    ['/livez', 200, 'application/json; charset=utf-8'],
    ['/metrics', 200, 'text/plain; version=0.0.4; charset=utf-8'],
    ['/nothing', 404, 'application/problem+json'],
  ] as const) {
    const answer = await get(path, { 'x-request-id': id })
    const { headers } = answer
    const common = ['content-type', 'x-request-id', 'x-served-by', 'cache-control']
    assert.deepEqual(
      [answer.status, ...common.map((name) => headers.get(name))],
      [status, type, id, 'worker-7', 'no-store'],
    )
    const body = await answer.text()
    if (status === 404) assert.equal(JSON.parse(body).detail, 'Nothing is at /nothing.')
  }
})

test('a worker that counts nothing has no metrics', async (t) => {
  const get = await startHealth(t, true, noMetrics())
  const answer = await get('/metrics')
  assert.equal(answer.status, 404)
  assert.equal(answer.headers.get('content-type'), 'application/problem+json')
  assert.match(await answer.text(), /METRICS=off/)
})
