import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { folder } from '../../test/fixtures/folder.ts'
import { startServer } from '../../test/fixtures/server.ts'
import { ProblemBody } from '../api/problem.ts'
import { checker } from '../api/validate.ts'

const json = { 'content-type': 'application/json' }
const post = (payload: string, headers: Record<string, string> = json) => ({
  method: 'POST' as const,
  headers,
  payload,
})

/** What is sent, to both paths that start work; the status; the field that is named; what it may be. */
const mistakes: [
  string,
  Omit<InjectOptions, 'url'> & { query?: string },
  number,
  string?,
  RegExp?,
][] = [
  ['an unknown task', { query: 'task=nope' }, 404, 'task', /one of primes, mandelbrot, password/],
  ['a parameter of the wrong type', { query: 'limit=abc' }, 400, 'limit', /integer from 2 to/],
  [
    'a text where JSON has a number',
    post('{"params":{"limit":"5"}}'),
    400,
    'params.limit',
    /integer/,
  ],
  ['a limit over its maximum', { query: 'limit=999999999' }, 400, 'limit', /to 40000000/],
  ['a fraction where whole numbers are', { query: 'limit=2.5' }, 400, 'limit', /integer/],
  ['an unknown parameter', { query: 'limt=5' }, 400, 'limt', /known: limit/],
  ['a parameter given twice', { query: 'limit=5&limit=6' }, 400, 'limit', /more than once/],
  ['an unknown field', post('{"foo":1}'), 400, 'foo', /known: task/],
  ['__proto__ in a query', { query: '__proto__=1' }, 400, '__proto__'],
  ['__proto__ in a body', post('{"params":{"__proto__":{"a":1}}}'), 400, '__proto__'],
  ['__proto__ with an escape', post('{"\\u005f_proto__":1}'), 400, '__proto__'],
  ['broken JSON', post('{"task":'), 400, 'body', /not JSON/],
  ['an empty JSON body', post(''), 400, 'body', /empty/],
  ['a list', post('[]'), 400, 'body', /an object/],
  ['null', post('null'), 400, 'body', /an object/],
  [
    'a form',
    post('a=1', { 'content-type': 'application/x-www-form-urlencoded' }),
    415,
    'Content-Type',
  ],
  ['plain text', post('{}', { 'content-type': 'text/plain' }), 415, 'Content-Type'],
  ['a body of 1 MiB', post(' '.repeat(1 << 20)), 413, 'body', /16 KiB/],
  ['a query with POST', { ...post('{}'), query: 'limit=5' }, 400, 'url', /JSON body/],
  ['a deadline of zero', { query: 'timeoutMs=0' }, 400, 'timeoutMs', /from 1 to 60000/],
  ['a deadline beyond the longest', { query: 'timeoutMs=60001' }, 400, 'timeoutMs', /to 60000/],
]

const onlyFor: [string, string, Record<string, string>, string, RegExp][] = [
  ['an unknown executor', '/api/blocking?executor=gpu', {}, 'executor', /"thread", "event-loop"/],
  ['a negative priority', '/api/non-blocking?priority=-1', {}, 'priority', /from 0/],
  ['a bad Prefer', '/api/non-blocking', { prefer: 'wait=soon' }, 'Prefer', /whole number/],
  [
    'a bad Prefer for a job',
    `/api/jobs/j${'0'.repeat(32)}`,
    { prefer: 'wait=-1' },
    'Prefer',
    /whole/,
  ],
]

describe('bad input', async () => {
  const server = await startServer({ after })
  let threads = 0
  const countThread = () => threads++
  process.on('worker', countThread)
  after(() => void process.off('worker', countThread))

  async function assertRefused(
    request: InjectOptions,
    status: number,
    field?: string,
    detail = /./,
  ) {
    const answer = await server.ask(request)
    assert.equal(answer.status, status, JSON.stringify(answer.body))
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/)
    const { ok } = checker(ProblemBody, 'body')(structuredClone(answer.body))
    assert.ok(ok, JSON.stringify(answer.body))
    assert.equal(answer.body.status, status)
    if (field === undefined) return
    assert.equal(answer.body.errors[0].field, field)
    assert.match(answer.body.errors[0].detail, detail)
    assert.doesNotMatch(JSON.stringify(answer.body), /node_modules|\.ts:|at \w+ \(/)
  }

  for (const path of ['/api/blocking', '/api/non-blocking'])
    for (const [what, { query, ...request }, status, field, detail] of mistakes)
      test(`${path} with ${what} is ${status} and names the field`, () => {
        const url = query === undefined ? path : `${path}?${query}`
        return assertRefused({ ...request, url }, status, field, detail)
      })

  for (const [what, url, headers, field, detail] of onlyFor)
    test(`${what} is 400 and names the field`, () =>
      assertRefused({ url, headers }, 400, field, detail))

  for (const id of ['x', '1', 'j123', `j${'0'.repeat(32)}`, `J${'0'.repeat(32)}`, 'a'.repeat(900)])
    test(`the job ${id.slice(0, 12)} is 404`, () =>
      assertRefused({ url: `/api/jobs/${id}` }, 404, 'id'))

  test('an unknown path is 404, and a path that is not valid 400', async () => {
    await assertRefused({ url: '/api/nope' }, 404)
    await assertRefused({ url: '/api/%zz' }, 400, 'url')
    await assertRefused({ url: `/api/jobs/${'a'.repeat(5000)}` }, 404)
  })

  test('of all that, nothing was queued, nothing was run, and no thread was started', async () => {
    assert.deepEqual(await server.service.producer.counts(), { waiting: 0, active: 0 })
    assert.equal(threads, 0)
    const metrics = await server.service.metrics.registry!.metrics()
    assert.doesNotMatch(metrics, /^unblock_tasks_total\{/m)
  })
})

test('the event loop can be forbidden by configuration', async (t) => {
  const server = await startServer(t, { env: { EVENT_LOOP_EXECUTOR: 'forbid' } })
  const { status, body } = await server.get('/api/blocking?limit=100&executor=event-loop')
  assert.equal(status, 400)
  assert.equal(body.errors[0].field, 'executor')
  assert.equal((await server.get('/api/blocking?limit=100')).status, 200)
})

test('a parameter that is a list stands in a URL as often as it has items', async (t) => {
  const tasksDir = await folder(t, {
    'sum.mjs': `import { defineTask, Type } from 'unblock'
      export default defineTask({
        name: 'sum', summary: 'Adds numbers',
        params: Type.Object({ of: Type.Array(Type.Integer(), { maxItems: 3 }) }),
        run: ({ of }) => of.reduce((a, b) => a + b, 0),
      })`,
  })
  const server = await startServer(t, { tasksDir })
  const sum = (of: string) => server.get(`/api/blocking?task=sum&${of}`, { 'set-cookie': 'a=1' })
  assert.equal((await sum('of=1&of=2')).body.result, 3)
  assert.equal((await sum('of=7')).body.result, 7)
  assert.equal(
    (await sum('of=1&of=2&of=3&of=4')).body.errors[0].detail,
    'must be a list of at most 3 items',
  )
})
