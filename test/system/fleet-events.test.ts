import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { Fleet, Instance } from '../../src/api/fleet.ts'
import { RunDir } from '../../src/launcher/run-dir.ts'
import type { Cleaner } from '../fixtures/at-end.ts'
import { openEvents, type SentEvent } from '../fixtures/event-stream.ts'
import { folder } from '../fixtures/folder.ts'
import { startRedis } from '../fixtures/redis.ts'
import { until } from '../fixtures/until.ts'
import { startInstance } from './instance.ts'
import { startStack, unblock } from './stack.ts'

/** The live fleet, as a page sees it: through the proxy, whatever becomes of the instances. */

const path = '/api/fleet/events'
const follow = (t: Cleaner, url: string) =>
  openEvents<Fleet>(t, { host: '127.0.0.1', port: new URL(url).port, path })

/** Nobody, where it was not a fleet that came. */
const instancesOf = ({ data }: SentEvent<Fleet>) => data.instances ?? []
const ids = (event: SentEvent<Fleet>) => instancesOf(event).map(({ id }) => id)
const has = (id: string, is: (instance: Instance) => boolean) => (event: SentEvent<Fleet>) =>
  instancesOf(event).some((instance) => instance.id === id && is(instance))

/** What a client is told that comes back when its stream ends, or is refused, as a browser does. */
const comingBack = (
  t: Cleaner,
  url: string,
  what: string,
  is: (event: SentEvent<Fleet>) => boolean,
) =>
  until(what, async () => {
    const stream = await follow(t, url)
    if (stream.answer.statusCode !== 200) return false
    return stream.next(what, is).catch(() => false as const)
  })

describe('the live fleet of a stack', async () => {
  const stack = await startStack({ after })
  // The thread that tells it begins when the server is ready. Until then, the server tells it.
  const runDir = new RunDir(stack.dir, join(stack.dir, 'tmp'))
  await until('the thread listens', () => existsSync(runDir.socket('server-1-fleet')))

  test('shows the only server blocked while it is', async (t) => {
    const { events, next } = await follow(t, stack.url)
    await next(
      'it is ready',
      has('server-1', ({ state }) => state === 'ready'),
    )
    const from = events.length
    const asked = performance.now()
    const blocking = fetch(`${stack.url}/api/blocking?executor=event-loop`).then(async (answer) => {
      await answer.body?.cancel()
      return { status: answer.status, at: performance.now() }
    })
    const blocked = has('server-1', ({ state }) => state === 'blocked')
    const seen = await next('it is blocked', blocked, from)
    const { status, at } = await blocking
    assert.equal(status, 200)
    assert.ok(seen.at < at, `it was shown ${seen.at - at} ms after the answer`)
    const blockedMs = seen.data.instances.find(({ id }) => id === 'server-1')?.blockedMs ?? 0
    assert.ok(blockedMs > 0 && blockedMs < 1500, `it was told after ${blockedMs} ms`)
    t.diagnostic(
      `shown blocked after ${Math.round(seen.at - asked)} ms, answered after ${Math.round(at - asked)} ms`,
    )
    await next(
      'it is ready again',
      has('server-1', ({ state }) => state === 'ready'),
      events.indexOf(seen),
    )
  })

  test('shows what is added, what runs, and not what was killed', async (t) => {
    const { next, events } = await follow(t, stack.url)
    await stack.scale({ worker: 2 })
    await next('worker-2 appears', (event) => ids(event).includes('worker-2'))
    await fetch(`${stack.url}/api/non-blocking?task=primes&limit=20000000`)
    await next('a worker runs it', (event) =>
      instancesOf(event).some(({ role, running }) => role === 'worker' && running > 0),
    )
    const from = events.length
    const { pid } = await stack.process('worker-2')
    process.kill(pid!, 'SIGKILL')
    await stack.waitForLog(/worker-2 was killed/)
    // It comes back as another process; while it loads, it is not there.
    const startedAt = (event: SentEvent<Fleet>) =>
      instancesOf(event).find(({ id }) => id === 'worker-2')?.startedAt
    const before = startedAt(events[from - 1]!)
    await next('the killed one vanishes', (event) => startedAt(event) !== before, from)
    await stack.scale({ worker: 1 })
    await next('worker-2 is gone', (event) => !ids(event).includes('worker-2'), events.length)
  })

  test('goes on, after a new request, when the server that told it is replaced', async (t) => {
    const first = await follow(t, stack.url)
    await first.next('the fleet', ({ event }) => event === 'fleet')
    const restarting = unblock(['restart', 'server'], stack.dir)
    assert.equal(await first.ended, true) // in order, not cut off
    await comingBack(t, stack.url, 'the fleet', ({ event }) => event === 'fleet')
    assert.equal((await restarting).code, 0)
    const { data } = await comingBack(t, stack.url, 'server-1 is back', (event) =>
      ids(event).includes('server-1'),
    )
    assert.ok(data.instances.some(({ role }) => role === 'worker'))
  })

  test('ends in order when the stack stops', async (t) => {
    const { next, ended } = await follow(t, stack.url)
    await next('the fleet', ({ event }) => event === 'fleet')
    assert.equal((await stack.stop()).code, 0)
    assert.equal(await ended, true)
  })
})

test('a server on its own tells the fleet, and that Redis is away', async (t) => {
  const redis = await startRedis(t)
  const { url } = await startInstance(t, 'server', redis.url)
  const { next, events, answer } = await follow(t, url)
  assert.equal(answer.headers['x-served-by'], 'server-1')
  await next(
    'itself',
    has('server-1', ({ state }) => state === 'ready'),
  )
  await redis.kill()
  await next('Redis is away', ({ event }) => event === 'away')
  const from = events.length
  await redis.restart()
  await next('the fleet again', ({ event }) => event === 'fleet', from)
})

test('a server that cannot listen for it says so, and tells the fleet itself', async (t) => {
  const redis = await startRedis(t)
  const taken = join(await folder(t, { 'fleet.sock': 'no socket' }), 'fleet.sock')
  const server = await startInstance(t, 'server', redis.url, { FLEET_LISTEN: taken })
  await until('it says so', () => /error: fleet events: listen EADDRINUSE/.test(server.log()))
  const { next } = await follow(t, server.url)
  await next(
    'itself',
    has('server-1', ({ state }) => state === 'ready'),
  )
})
