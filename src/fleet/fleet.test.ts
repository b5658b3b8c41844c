import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { Redis } from 'ioredis'
import { atEnd } from '../../test/fixtures/at-end.ts'
import { runCode } from '../../test/fixtures/child.ts'
import { startRedis } from '../../test/fixtures/redis.ts'
import { until } from '../../test/fixtures/until.ts'
import type { Instance } from '../api/fleet.ts'
import { addressOf } from '../queue/connection.ts'
import { announce, keyOf, members } from './announce.ts'
import { readRoster } from './roster.ts'

/** A Redis, and what its roster shows. */
async function startRoster(t: TestContext) {
  const { url } = await startRedis(t)
  const redis = new Redis(addressOf(url))
  atEnd(t, () => redis.disconnect())
  const find = async (id: string) => (await readRoster(redis)).find((each) => each.id === id)
  return {
    url,
    redis,
    /** The instance once it is as the test wants it. */
    seen: (what: string, id: string, is: (instance: Instance) => boolean = () => true) =>
      until(what, async () => {
        const instance = await find(id)
        return instance !== undefined && is(instance) && instance
      }),
    gone: (id: string) => until(`${id} is gone`, async () => (await find(id)) === undefined),
  }
}

/** A process that tells its vitals, and does what it is told in messages. */
function startInstance(t: TestContext, redisUrl: string, id: string, role = 'server') {
  return runCode(
    t,
    `import { createVitals } from 'src:fleet/vitals.ts'
    let running = 0
    const vitals = createVitals({
      id: '${id}', role: '${role}', redisUrl: '${redisUrl}', running: () => running,
    })
    const does = {
      work() { running = 3; vitals.hit(); vitals.hit() },
      block() { for (;;); },
      drain() { vitals.draining() },
      async stop() { await vitals.stop(); process.send('stopped') },
    }
    process.on('message', (what) => does[what]())
    vitals.start()`,
    { channel: true },
  )
}

test('an instance appears on the roster, with its vitals', async (t) => {
  const { url, seen } = await startRoster(t)
  const { process: instance } = startInstance(t, url, 'worker-1', 'worker')
  const { startedAt, eventLoop, rssBytes, cpu, ...rest } = await seen('it appears', 'worker-1')
  assert.deepEqual(rest, {
    id: 'worker-1',
    role: 'worker',
    state: 'ready',
    blockedMs: 0,
    hits: 0,
    running: 0,
  })
  const age = Date.now() - Date.parse(startedAt)
  assert.ok(age >= 0 && age < 30_000, startedAt)
  assert.ok(eventLoop.p99Ms >= 0 && eventLoop.utilisation <= 1, JSON.stringify(eventLoop))
  assert.ok(rssBytes > 10e6 && rssBytes < 1e9 && cpu >= 0, `${rssBytes} bytes, ${cpu} cores`)
  instance.send('work')
  await seen('its work is counted', 'worker-1', ({ hits, running }) => hits === 2 && running === 3)
})

test('an instance whose event loop is blocked is shown so, and for how long', async (t) => {
  const { url, seen } = await startRoster(t)
  const { process: instance } = startInstance(t, url, 'server-1')
  await seen('it is ready', 'server-1', ({ state }) => state === 'ready')
  instance.send('block')
  const start = performance.now()
  const { blockedMs } = await seen('it is blocked', 'server-1', ({ state }) => state === 'blocked')
  const ms = performance.now() - start
  assert.ok(blockedMs > 250 && blockedMs <= ms + 250, `${blockedMs} ms after ${ms} ms`)
  assert.ok(blockedMs < 1500, `it was told after ${blockedMs} ms`)
  const later = await seen('the time grows', 'server-1', (each) => each.blockedMs > 1000)
  assert.equal(later.state, 'blocked')
  assert.ok(later.eventLoop.p99Ms >= 1000 && later.eventLoop.utilisation === 1)
  assert.ok(later.cpu > 0, `${later.cpu} cores`)
})

test('an instance that was killed vanishes', async (t) => {
  const { url, seen, gone, redis } = await startRoster(t)
  const { process: instance } = startInstance(t, url, 'server-1')
  await seen('it appears', 'server-1')
  instance.kill('SIGKILL')
  await gone('server-1')
  await until('its name is forgotten', async () => (await redis.scard(members)) === 0)
})

test('an instance that drains is shown so, and one that has stopped is gone at once', async (t) => {
  const { url, seen, redis } = await startRoster(t)
  const { process: instance } = startInstance(t, url, 'server-1')
  await seen('it appears', 'server-1')
  instance.send('drain')
  await seen('it drains', 'server-1', ({ state }) => state === 'draining')
  instance.send('stop')
  await once(instance, 'message')
  assert.deepEqual(await readRoster(redis), [])
})

/** An instance as it announces itself. */
const named = (id: string, role: Instance['role']): Instance => ({
  id,
  role,
  state: 'ready',
  blockedMs: 0,
  hits: 0,
  running: 0,
  eventLoop: { p99Ms: 0, utilisation: 0 },
  cpu: 0,
  rssBytes: 1,
  startedAt: new Date().toISOString(),
})

test('servers come first, each kind by number', async (t) => {
  const { redis } = await startRoster(t)
  for (const id of ['worker-2', 'server-10', 'worker-1', 'server-9', 'server-1'])
    await announce(redis, named(id, id.startsWith('server') ? 'server' : 'worker'))
  const ids = (await readRoster(redis)).map(({ id }) => id)
  assert.deepEqual(ids, ['server-1', 'server-9', 'server-10', 'worker-1', 'worker-2'])
})

test('what is no instance, such as one of another version, is left out', async (t) => {
  const { redis } = await startRoster(t)
  await announce(redis, named('server-1', 'server'))
  const wrong = { 'server-2': 'not JSON', 'server-3': '{"id":"server-3"}', 'server-4': 'null' }
  for (const [id, text] of Object.entries(wrong)) {
    await redis.sadd(members, id)
    await redis.set(keyOf(id), text)
  }
  assert.deepEqual(
    (await readRoster(redis)).map(({ id }) => id),
    ['server-1'],
  )
})

test('nobody is on the roster of an empty Redis', async (t) => {
  const { redis } = await startRoster(t)
  assert.deepEqual(await readRoster(redis), [])
})

test('an instance appears as soon as Redis is there', async (t) => {
  const server = await startRedis(t, { running: false })
  startInstance(t, server.url, 'server-1')
  await server.restart()
  const redis = new Redis(addressOf(server.url))
  atEnd(t, () => redis.disconnect())
  await until('it appears', async () => (await readRoster(redis)).length === 1)
})
