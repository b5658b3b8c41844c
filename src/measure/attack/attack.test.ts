import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { atEnd } from '../../../test/fixtures/at-end.ts'
import { startMetronome } from '../pacer/metronome.ts'
import type { RequestRecord } from '../records/record.ts'
import { type Attack, attack } from './attack.ts'
import { createClient } from './client.ts'

/** Attacks a service of the test's own; due times in milliseconds. */
async function attackOn(
  t: TestContext,
  answer: RequestListener,
  due: number[],
  settings: Partial<Attack> = {},
) {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = createClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const metronome = await startMetronome()
  atEnd(t, async () => {
    await Promise.all([client.close(), metronome.stop()])
    server.closeAllConnections()
    server.close()
  })
  const records: RequestRecord[] = []
  const outgoing = { method: 'GET', path: '/api/blocking' } as const
  const end = await attack(metronome, {
    trial: 7,
    streams: [{ kind: 'task', outgoing, due: due.values(), client }],
    origin: performance.now() + 20,
    durationMs: 200,
    giveUpMs: 30_000,
    onRecord: (record) => records.push(record),
    signal: new AbortController().signal,
    ...settings,
  })
  return { records: records.toSorted((a, b) => a.due - b.due), end }
}

test('requests leave when they are due, whether or not earlier ones are answered', async (t) => {
  const waiting: (() => void)[] = []
  // None is answered before all have come: a client that waits for answers would wait for ever.
  const { records, end } = await attackOn(
    t,
    (_request, response) => {
      waiting.push(() => response.end('{}'))
      if (waiting.length === 10) for (const each of waiting) each()
    },
    [0, 10, 20, 30, 40, 50, 60, 70, 80, 90],
  )
  assert.equal(records.length, 10)
  assert.ok(records.every(({ outcome, trial }) => outcome === 'completed' && trial === 7))
  assert.equal(end.generator.openMax, 10)
  // Latency counts from the due time.
  const [first, last] = [records[0]!, records[9]!]
  assert.ok(first.ended - first.due > last.ended - last.due)
  assert.ok(first.ended - first.due >= 90, String(first.ended))
})

test('what a pause has left behind is sent bit by bit: answers free connections meanwhile', async (t) => {
  let answered = 0
  // The service is in this process, so it answers between turns however little of a CPU there is.
  const { records, end } = await attackOn(
    t,
    (_request, response) => {
      if (++answered === 100) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
      response.end('{}')
    },
    [
      ...Array.from({ length: 100 }, (_, k) => k),
      ...Array.from({ length: 600 }, (_, k) => 100 + k / 2),
    ],
  )
  assert.equal(records.length, 700)
  assert.ok(records.every(({ outcome }) => outcome === 'completed'))
  // They are late, and it is told; sent all at once, 400 would be open.
  assert.ok(records.filter(({ sent, due }) => sent - due > 20).length > 300)
  assert.ok(end.generator.openMax < 200, String(end.generator.openMax))
})

const answers: [string, RequestListener, Partial<RequestRecord>][] = [
  [
    'an answer of the contract tells who gave it, and how long the task ran',
    (_request, response) =>
      response
        .writeHead(200, { 'x-served-by': 'server-2' })
        .end('{"type":"blocking","timing":{"waitMs":0.5,"runMs":12.25},"result":{"primes":4}}'),
    { outcome: 'completed', status: 200, server: 'server-2', waitMs: 0.5, runMs: 12.25 },
  ],
  [
    '503 is refused',
    (_request, response) => response.writeHead(503, { 'retry-after': '1' }).end(),
    { outcome: 'refused', status: 503, reason: 'status 503' },
  ],
  [
    '429 is refused',
    (_request, response) => response.writeHead(429).end(),
    { outcome: 'refused', status: 429, reason: 'status 429' },
  ],
  [
    '500 has failed',
    (_request, response) => response.writeHead(500).end(),
    { outcome: 'failed', status: 500, reason: 'status 500' },
  ],
  [
    'a connection that breaks has failed',
    (request) => request.socket.destroy(),
    { outcome: 'failed', status: 0, reason: 'connection broke' },
  ],
  [
    'an answer that breaks off has failed',
    (request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{')
      setImmediate(() => request.socket.destroy())
    },
    { outcome: 'failed', status: 200, reason: 'connection broke' },
  ],
  [
    '202 without a job that can be followed is an answer like any other',
    (_request, response) => response.writeHead(202).end('{}'),
    { outcome: 'completed', status: 202, accepted: null },
  ],
]

for (const [name, answer, expected] of answers)
  test(name, async (t) => {
    const { records } = await attackOn(t, answer, [0])
    assert.equal(records.length, 1)
    assert.deepEqual({ ...records[0], ...expected }, records[0])
  })

test('a client waits so long and no longer, and then has failed', async (t) => {
  const left: string[] = []
  const { records } = await attackOn(
    t,
    (request) => request.on('close', () => left.push('closed')),
    [0, 10],
    { giveUpMs: 150 },
  )
  assert.deepEqual(
    records.map(({ outcome, reason }) => [outcome, reason]),
    [
      ['failed', 'gave up'],
      ['failed', 'gave up'],
    ],
  )
  assert.ok(records.every(({ due, ended }) => ended - due >= 150))
})

test('what is due when as many are open as may be is never sent, and recorded as that', async (t) => {
  const { records, end } = await attackOn(
    t,
    () => {}, // never answers
    [-5, 0, 10, 20, 30],
    { openLimit: 2, origin: performance.now() + 100, giveUpMs: 500 },
  )
  assert.deepEqual(
    records.map(({ outcome, reason }) => reason ?? outcome),
    ['gave up', 'gave up', 'not sent', 'not sent', 'not sent'],
  )
  assert.deepEqual([end.generator.unsent, end.generator.openMax], [3, 2])
})

test('a request that the service will never understand ends the attack, with what it says', async (t) => {
  const detail = 'limit must be an integer from 2 to 40000000.'
  await assert.rejects(
    attackOn(
      t,
      (_request, response) =>
        response
          .writeHead(400, { 'content-type': 'application/problem+json' })
          .end(JSON.stringify({ title: 'Bad Request', status: 400, detail })),
      [0, 100, 200_000],
    ),
    { message: `the target answers GET /api/blocking with 400: ${detail}` },
  )
})

test('of a service that has understood it before, a 404 is a failure like any other', async (t) => {
  let asked = 0
  const { records } = await attackOn(
    t,
    (_request, response) => response.writeHead(++asked === 2 ? 404 : 200).end('{}'),
    [0, 50, 100],
  )
  assert.deepEqual(
    records.map(({ outcome, reason }) => reason ?? outcome),
    ['completed', 'status 404', 'completed'],
  )
})

test('when it is told to stop, what was answered is kept, and what is open has failed', async (t) => {
  const stop = new AbortController()
  let asked = 0
  const { records, end } = await attackOn(
    t,
    (_request, response) => {
      if (++asked < 3) response.end('{}')
      else stop.abort()
    },
    [0, 10, 20, 100_000],
    { signal: stop.signal, durationMs: 200_000 },
  )
  assert.deepEqual(
    records.map(({ outcome, reason }) => reason ?? outcome),
    ['completed', 'completed', 'interrupted'],
  )
  assert.ok(end.durationMs >= 20 && end.durationMs < 100_000, String(end.durationMs))
})

test('requests of the warm-up are below 0', async (t) => {
  const { records } = await attackOn(t, (_request, response) => response.end('{}'), [-50, 0], {
    origin: performance.now() + 100,
  })
  assert.deepEqual(
    records.map(({ due }) => due),
    [-50, 0],
  )
})
