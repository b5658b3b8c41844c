import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { Agent, get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { folder } from '../fixtures/folder.ts'
import { until } from '../fixtures/until.ts'
import { type RawClient, rawClients } from './hostile.ts'
import { shapes } from './hostile-shapes.ts'
import { startStack } from './stack.ts'

/**
 * Clients that are slow on purpose, or mean something else than they say. Light requests go on as if
 * those were not there. Nothing here works on the queue: its jobs wait for ever.
 */

const tasksDir = await folder(
  { after },
  {
    'large.mjs': `export default {
      name: 'large',
      summary: 'A large result',
      params: { type: 'object', properties: { size: { type: 'integer' } }, required: ['size'] },
      run: ({ size }) => 'x'.repeat(size),
    }`,
  },
)
const stack = await startStack({ after }, { workers: 0, args: ['--tasks', tasksDir] })
const port = Number(new URL(stack.url).port)
const proxy = { host: '127.0.0.1', port }
const [runDir] = readdirSync(join(stack.dir, 'tmp')).map((name) => join(stack.dir, 'tmp', name))
const server = { path: join(runDir!, 'server-1.sock') }

const request = (path: string, headers = '') =>
  `GET ${path} HTTP/1.1\r\nHost: here\r\n${headers}\r\n`
const largeResult = (size: number) => request(`/api/blocking?task=large&size=${size}`)

/** These take their time: they begin now, run beside all other tests, and are looked at in the end. */
const patient = beginPatientOnes()

function beginPatientOnes() {
  const { open } = rawClients({ after }, proxy)
  const direct = rawClients({ after }, server)
  const head = 'GET /api/tasks HTTP/1.1\r\nHost: here\r\nX: '
  const body =
    'POST /api/blocking HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n'
  return {
    proxied: {
      'a head that dribbles': open().write(head).dribble(500),
      'a head that stops': open().write(head),
      'a body that stops': open().write(body),
      nothing: open(),
    },
    direct: {
      'a head that dribbles': direct.open().write(head).dribble(500),
      'a body that dribbles': direct.open().write(body).dribble(500),
    },
    idle: open().write(request('/api/tasks')),
    // A connection that is not read notices its end when something is written.
    stalledReader: open({ reads: false }).write(largeResult(8_000_000)).dribble(500),
  }
}

for (const [who, address] of Object.entries({ proxy, server }))
  test(`the ${who} sees one request in what is made to look like two`, async (t) => {
    const { open } = rawClients(t, address)
    const before = stack.logs.length
    const sent = shapes.map((shape) => {
      return { ...shape, client: open().write(shape.text) }
    })
    for (const { what, statuses, client } of sent) {
      await until(`${what} is answered`, () => client.statuses.length >= statuses.length)
      // All but a good request end the connection: what follows in it cannot be trusted.
      if (who === 'proxy' && statuses.at(-1) !== 404) await client.closed
    }
    // What this server logs comes in order: had it seen another request, it would stand before this.
    const last = await fetch(`${stack.url}/last-${who}`)
    assert.equal(last.status, 404)
    await stack.waitForLog(new RegExp(`hit GET /last-${who}`), { after: before })
    assert.doesNotMatch(stack.logs.slice(before), /smuggled/)
    for (const { what, statuses, client } of sent)
      if (who === 'proxy') assert.deepEqual(client.statuses, statuses, what)
      // Asked for nothing that is there, it answers before it has read the body.
      else
        assert.ok(
          client.statuses.every((status) => status === 400 || status === 404),
          what,
        )
  })

test('what comes after headers or a body that are too large is not read', async (t) => {
  const { open } = rawClients(t, proxy)
  const sent = [
    ['a header line', request('/', `X: ${'x'.repeat(9000)}\r\n`), 431],
    ['1,000 headers', request('/', 'X: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n'.repeat(1000)), 431],
    ['a body', `POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 1000000\r\n\r\n`, 413],
    [
      'chunks',
      `POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n${`1000\r\n${'x'.repeat(4096)}\r\n`.repeat(5)}`,
      413,
    ],
  ] as const
  for (const [what, text, status] of sent) {
    const client = open().write(text)
    await client.gets(/\}\n/)
    assert.deepEqual(client.statuses, [status], what)
  }
})

const agent = new Agent({ keepAlive: true, maxSockets: 1 })
after(() => agent.destroy())

/** Milliseconds that light requests take, one after the other on one connection. */
async function lightRequests(count = 60): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const start = performance.now()
    const [response] = (await once(get(`${stack.url}/api/tasks`, { agent }), 'response')) as [
      IncomingMessage,
    ]
    response.resume()
    await once(response, 'end')
    assert.equal(response.statusCode, 200)
    times.push(performance.now() - start)
  }
  return times
}

const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!

/** Light requests without and with an attack, in turn: whatever else the machine does hits both. */
async function compare(t: TestContext, attack: () => Promise<() => void>): Promise<void> {
  const calm: number[] = []
  const attacked: number[] = []
  await lightRequests()
  for (let round = 0; round < 2; round++) {
    calm.push(...(await lightRequests()))
    const end = await attack()
    attacked.push(...(await lightRequests()))
    end()
  }
  const [before, during] = [median(calm), median(attacked)]
  t.diagnostic(`median of light requests: ${before.toFixed(2)} ms, then ${during.toFixed(2)} ms`)
  assert.ok(during < 5 * before, `${during} ms instead of ${before} ms`)
}

test('a thousand idle streams of events are all served, and light requests as before', async (t) => {
  const before = stack.logs.length
  const queued = await fetch(`${stack.url}/api/non-blocking`)
  const { job } = (await queued.json()) as { job: { id: string } }
  const { open, closeAll } = rawClients(t, proxy)
  await compare(t, async () => {
    const streams = Array.from({ length: 1000 }, () =>
      open().write(request(`/api/jobs/${job.id}/events`)),
    )
    for (const stream of streams) await stream.gets(/event: progress\n/)
    assert.ok(streams.every(({ statuses }) => statuses[0] === 200))
    assert.equal(streams.filter(({ lastedMs }) => lastedMs !== undefined).length, 0)
    return closeAll
  })
  assert.doesNotMatch(stack.logs.slice(before), /^nginx .*(\[warn\]|\[alert\]|\[emerg\])/m)
})

test('slow clients of every kind at once: light requests as before', async (t) => {
  const { open, closeAll } = rawClients(t, proxy)
  await compare(t, async () => {
    const many = (count: number, text: string, options = {}) =>
      Array.from({ length: count }, () => {
        return open(options).write(text)
      })
    const idle = many(300, request('/api/tasks')) // and nothing more on this connection
    const readers = many(20, largeResult(1_000_000), { reads: false })
    const dribblers = [
      ...many(300, 'GET /api/tasks HTTP/1.1\r\nX: '),
      ...many(300, 'POST /api/blocking HTTP/1.1\r\nHost: here\r\nContent-Length: 9000\r\n\r\n'),
    ]
    for (const client of idle) await client.gets(/200 OK/)
    for (const client of dribblers) client.dribble(500)
    await until('the slow readers have their first bytes', () =>
      readers.every(({ socket }) => socket.readableLength > 0),
    )
    return closeAll
  })
})

test('what a slow reader does not take is not written to files', async (t) => {
  const { open } = rawClients(t, proxy)
  const reader = open({ reads: false }).write(largeResult(4_000_000))
  await until('it has its first bytes', () => reader.socket.readableLength > 0)
  assert.deepEqual(filesBelow(join(runDir!, 'nginx', 'proxy')), [])
})

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map(({ name }) => name)
}

test('clients that dribble or fall silent are cut off, and those that only wait are not', async () => {
  for (const [what, client] of Object.entries(patient.proxied)) {
    await client.closed
    assert.ok(isAbout(10_000, client), `${what}: ${client.lastedMs} ms`)
  }
  for (const [what, client] of Object.entries(patient.direct)) {
    await client.closed
    assert.ok(isAbout(15_000, client), `${what}: ${client.lastedMs} ms`)
    assert.deepEqual(client.statuses, [408])
  }
  assert.equal(patient.idle.lastedMs, undefined)
  assert.deepEqual(patient.idle.statuses, [200])
})

test('a reader that takes nothing more of a large result is cut off after 30 s', async () => {
  await patient.stalledReader.closed
  assert.ok(isAbout(30_000, patient.stalledReader), `${patient.stalledReader.lastedMs} ms`)
})

/** Not before its time, and not for ever; on a busy machine some of it passes before it is at work. */
function isAbout(ms: number, { lastedMs = 0 }: RawClient): boolean {
  return lastedMs > ms - 1000 && lastedMs < ms + 60_000
}
