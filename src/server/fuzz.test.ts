import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import fc from 'fast-check'
import { startServer } from '../../test/fixtures/server.ts'
import { ProblemBody } from '../api/problem.ts'
import { checker } from '../api/validate.ts'

/**
 * The API under requests that nobody thought of: made from the OpenAPI document, so that they come close
 * to right, and spoilt in part. Whatever comes, the answer is one of the contract's.
 */

const requests = 20_000
const atATime = 50
// Everything but what tells of a fault of the server: 503 and 504 are refusals.
const refusals = new Set([503, 504])
// What any path may answer before an endpoint has a say: RFC 9110's words for malformed requests.
const general = [400, 404, 405, 413, 414, 415, 431]

interface Schema {
  type?: string
  enum?: unknown[]
  anyOf?: Schema[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  properties?: Record<string, Schema>
}

interface Operation {
  parameters?: { in: string; name: string; schema: Schema; description?: string }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, unknown>
}

interface Sent {
  method: string
  path: string
  headers: Record<string, string>
  body: string | undefined
}

/** Values that the schema allows, and their neighbours that it does not. */
function near(schema: Schema): fc.Arbitrary<unknown> {
  const { type, enum: values, anyOf, minimum, maximum, minLength = 0, maxLength = 20 } = schema
  if (values) return fc.constantFrom(...values)
  if (anyOf) return fc.oneof(...anyOf.map(near))
  if (type === 'integer' || type === 'number') {
    const [min, max] = [minimum ?? -1e6, maximum ?? 1e6]
    const edges = fc.constantFrom(min, max, min - 1, max + 1, 0, -0, 1e21, Number.MAX_SAFE_INTEGER)
    return fc.oneof(fc.integer({ min: Math.ceil(min), max: Math.floor(max) }), edges, fc.double())
  }
  if (type === 'string') return fc.string({ minLength, maxLength: Math.min(maxLength, 200) })
  if (type === 'boolean') return fc.boolean()
  if (type === 'object') {
    const fields = Object.entries(schema.properties ?? {}).map(([name, each]) => [name, near(each)])
    return fc.record(Object.fromEntries(fields), { requiredKeys: [] })
  }
  return fc.jsonValue({ maxDepth: 2 })
}

const junk = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  fc.constantFrom('', 'null', '[]', '1e999', '-1', '0x10', '%', '%00', '../..', '__proto__', '{'),
)
const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** Latin-1 without what ends a header, as any client may send. */
const headerValue = fc
  .array(
    fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f),
    { maxLength: 60 },
  )
  .map((codes) => String.fromCharCode(...codes))

const knownHeaders: Record<string, fc.Arbitrary<string>> = {
  prefer: fc.oneof(
    fc.constantFrom('wait=0', 'wait=1', 'wait="1"', 'wait', 'wait=-1', 'respond-async'),
  ),
  'idempotency-key': fc.oneof(fc.constantFrom('a', 'b', '"c"', ''), headerValue),
  'last-event-id': fc.constantFrom('completed', 'failed', 'x'),
  'sec-fetch-site': fc.constantFrom('cross-site', 'same-origin', 'none', 'x'),
  'x-request-id': fc.oneof(fc.constantFrom('0'.repeat(32), '../x'), headerValue),
  accept: fc.constantFrom('text/html', 'text/event-stream', '*/*'),
  expect: fc.constantFrom('200-ok'),
}
const headers = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: fc.record(knownHeaders, { requiredKeys: [] }) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.stringMatching(/^x-[a-z]{1,10}$/), headerValue, { maxKeys: 5 }),
  },
)

function requestsOf(paths: Record<string, Record<string, Operation>>, ids: string[]) {
  const tasks = fc.constantFrom('primes', 'mandelbrot', 'password', 'none', '')
  const id = fc.oneof(fc.constantFrom(...ids), fc.constant(`j${'a'.repeat(32)}`), junk)
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

  const known = operations.map(({ path, method, operation }) => {
    const inQuery = (operation.parameters ?? []).filter((each) => each.in === 'query')
    const values = Object.fromEntries(
      inQuery.map(({ name, schema }) => [
        name,
        name === 'task' ? tasks : fc.oneof({ weight: 5, arbitrary: near(schema) }, junk),
      ]),
    )
    const query = fc.record(values, { requiredKeys: [] })
    const extra = fc.option(fc.dictionary(fc.string({ maxLength: 8 }), junk, { maxKeys: 2 }), {
      freq: 10,
      nil: {},
    })
    const url = fc.tuple(id, query, extra).map(([job, given, more]) => {
      const pairs = Object.entries({ ...given, ...more })
        .slice(0, 6)
        .map(([name, value]) => `${encode(name)}=${encode(asText(value) ?? '')}`)
      const where = path.replace('{id}', encode(job).slice(0, 200))
      return pairs.length > 0 && method !== 'post' ? `${where}?${pairs.join('&')}` : where
    })
    const schema = operation.requestBody?.content['application/json']?.schema
    return fc.record({
      method: fc.constant(method.toUpperCase()),
      path: url,
      headers,
      body: schema ? bodyNear(schema, tasks) : fc.constant(undefined),
    })
  })
  const wild = fc.record({
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
    path: fc.oneof(
      fc.constantFrom(...Object.keys(paths), '/', '/docs/', '/openapi.json', '/assets/main.js'),
      fc.webPath().map((each) => `/${each.replace(/^\/+/, '')}`),
      junk.map((each) => `/${encode(each)}`),
    ),
    headers,
    body: fc.option(fc.oneof(fc.string({ maxLength: 100 }), fc.constant('x'.repeat(17_000))), {
      nil: undefined,
    }),
  })
  return fc.oneof({ weight: 6, arbitrary: fc.oneof(...known) }, { weight: 1, arbitrary: wild })
}

function bodyNear(schema: Schema, tasks: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const object = fc
    .tuple(near(schema), fc.option(tasks), fc.option(fc.dictionary(fc.string(), fc.jsonValue())))
    .map(([given, task, params]) =>
      JSON.stringify({
        ...(given as object),
        ...(task ? { task } : {}),
        ...(params ? { params } : {}),
      }),
    )
  return fc.oneof(
    { weight: 6, arbitrary: object },
    { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 100 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', '{', '{"__proto__":{}}', '[[[[', '"\\ud800"', '1e999'),
    },
  )
}

/** Into a URL; a lone surrogate has no form there. */
function encode(value: string): string {
  return encodeURIComponent(value.toWellFormed())
}

test('no request of 20,000 that are nearly right gets an answer that the contract does not have', async (t) => {
  const server = await startServer(t, {
    env: {
      // So that a run costs little: it is ended, or finds no place.
      MAX_TIMEOUT_MS: '20',
      TASK_TIMEOUT_MS: '20',
      THREAD_QUEUE_LIMIT: '1',
      QUEUE_LIMIT: '200',
      EVENT_LOOP_EXECUTOR: 'forbid',
    },
  })
  await server.startWorker()
  const { paths } = (await server.get('/openapi.json')).body
  const job = (await server.get('/api/non-blocking?limit=100')).body.job.id
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.app.server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true, maxSockets: atATime })
  t.after(() => agent.destroy())
  const isProblem = checker(ProblemBody, 'body')
  const seen = new Map<number, number>()

  async function send({ method, path, headers, body }: Sent) {
    const json =
      body === undefined || 'content-type' in headers ? {} : { 'content-type': 'application/json' }
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const asked = request({
      port,
      method,
      path,
      agent,
      headers: { ...json, ...length, ...headers },
    })
    asked.end(body)
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    const status = answer.statusCode ?? 0
    if (/event-stream/.test(answer.headers['content-type'] ?? '')) {
      answer.destroy() // it would go on until its job is over
      return { status, headers: answer.headers, body: '' }
    }
    return { status, headers: answer.headers, body: await text(answer) }
  }

  async function check(sent: Sent): Promise<void> {
    const answer = await send(sent)
    try {
      checkAnswer(sent, answer)
    } catch (error) {
      throw new Error(`${(error as Error).message}\nto ${JSON.stringify(sent)}`, { cause: error })
    }
  }

  function checkAnswer(
    sent: Sent,
    { status, headers, body }: Awaited<ReturnType<typeof send>>,
  ): void {
    seen.set(status, (seen.get(status) ?? 0) + 1)
    assert.ok(status < 500 || refusals.has(status), `${status}: ${body}`)
    assert.ok(headers['x-request-id'] && headers['x-served-by'])
    if (status < 400) return
    const where = sent.path.split('?')[0]!
    const known = Object.entries(paths as Record<string, Record<string, Operation>>).find(
      ([each]) => new RegExp(`^${each.replace('{id}', '[^/]+')}$`).test(where),
    )?.[1][sent.method.toLowerCase()]
    if (known)
      assert.ok(status in known.responses || general.includes(status), `${status}: undocumented`)
    if (status === 503 || status === 429) assert.match(headers['retry-after'] ?? '', /^[1-9]\d*$/)
    if (status === 405) assert.match(headers.allow ?? '', /^GET|POST/)
    if (sent.method === 'HEAD') return
    if (/readyz/.test(where) && status === 503) return // health says it in its own form
    assert.match(headers['content-type'] ?? '', /^application\/problem\+json/)
    const problem = JSON.parse(body)
    assert.ok(isProblem(problem).ok, body)
    assert.equal(problem.status, status)
    assert.doesNotMatch(body, /\bat .*\.ts:\d|node_modules/) // no insides
  }

  const arbitrary = requestsOf(paths, [job])
  await fc.assert(
    fc.asyncProperty(
      fc.array(arbitrary, { minLength: atATime, maxLength: atATime }),
      async (all) => void (await Promise.all(all.map((each) => check(each as Sent)))),
    ),
    // The message names the one request; to make it smaller would take minutes.
    { numRuns: requests / atATime, endOnFailure: true },
  )
  const total = [...seen.values()].reduce((a, b) => a + b)
  t.diagnostic(`${total} requests: ${[...seen].map(([status, n]) => `${status} ×${n}`).join(', ')}`)
  assert.ok(total >= requests)
  // It has reached the work behind the checks as well.
  for (const status of [200, 202, 400, 403, 404, 405, 409, 413, 503])
    assert.ok(seen.has(status), `no ${status}`)
})
