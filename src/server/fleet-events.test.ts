import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, describe, test } from 'node:test'
import type { Cleaner } from '../../test/fixtures/at-end.ts'
import { openEvents } from '../../test/fixtures/event-stream.ts'
import { startServer } from '../../test/fixtures/server.ts'
import { Fleet } from '../api/fleet.ts'
import { checker } from '../api/validate.ts'

describe('the live fleet of a server that nobody stands before', async () => {
  const server = await startServer({ after })
  server.service.vitals.start()
  after(() => server.service.vitals.stop())
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.app.server.address() as AddressInfo
  const path = '/api/fleet/events'
  const open = (t: Cleaner) => openEvents<Fleet>(t, { host: '127.0.0.1', port, path })
  const isFleet = checker(Fleet, 'body')

  test('is a stream of fleets, each as the contract has it', async (t) => {
    const { answer, next, events, comments } = await open(t)
    assert.partialDeepStrictEqual(answer.headers, {
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
      'cache-control': 'no-store',
      'x-served-by': 'server-7',
    })
    assert.match(String(answer.headers['x-request-id']), /^[0-9a-f]{32}$/)
    await next('itself', ({ data }) => data.instances.some(({ id }) => id === 'server-7'))
    await server.get('/api/non-blocking?limit=100')
    await next('the job waits', ({ data }) => data.queue.waiting === 1)
    assert.deepEqual(comments, ['retry: 1000'])
    for (const { event, data } of events) {
      assert.equal(event, 'fleet')
      assert.ok(isFleet(data).ok, JSON.stringify(data))
    }
  })

  test('has no HEAD, which would have no end', async () => {
    const { status, headers } = await server.ask({ method: 'HEAD', url: path })
    assert.deepEqual([status, headers.allow], [405, 'GET, OPTIONS'])
  })

  test('tells that Redis is away, also to those who come then, and the fleet when it is back', async (t) => {
    const first = await open(t)
    await first.next('the fleet', ({ event }) => event === 'fleet')
    await server.redis.kill()
    await first.next('Redis is away', ({ event }) => event === 'away')
    const second = await open(t)
    assert.equal(second.answer.statusCode, 200)
    await second.next('Redis is away', ({ event }) => event === 'away')
    await server.redis.restart()
    for (const { next } of [first, second])
      await next('the fleet again', ({ event }) => event === 'fleet', 1)
  })

  test('ends when the thread tells it, and goes on for those who come here later', async (t) => {
    const thread = new AbortController()
    Object.assign(server.service.vitals, { threadTells: thread.signal })
    const early = await open(t)
    await early.next('the fleet', ({ event }) => event === 'fleet')
    thread.abort()
    assert.equal(await early.ended, true)
    const late = await open(t)
    await late.next('the fleet', ({ event }) => event === 'fleet')
  })

  test('ends when the server drains', async (t) => {
    const { next, ended } = await open(t)
    await next('the fleet', ({ event }) => event === 'fleet')
    server.drain()
    assert.equal(await ended, true)
  })
})
