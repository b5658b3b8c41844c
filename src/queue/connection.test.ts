import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import type { Redis } from 'ioredis'
import { atEnd } from '../../test/fixtures/at-end.ts'
import { startRedis } from '../../test/fixtures/redis.ts'
import { silentLog } from '../log.ts'
import { addressOf, listenConnection, requestConnection, workConnection } from './connection.ts'

const plain = { host: '127.0.0.1', port: 6379, db: 0 }
const addresses: [url: string, address: object][] = [
  ['unix:/run/redis.sock', { path: '/run/redis.sock' }],
  ['unix:///run/redis.sock', { path: '/run/redis.sock' }],
  ['unix:/with space/redis.sock', { path: '/with space/redis.sock' }],
  ['redis://127.0.0.1', plain],
  ['redis://127.0.0.1:7000/', { ...plain, port: 7000 }],
  ['redis://127.0.0.1/3', { ...plain, db: 3 }],
  ['redis://[::1]:6379', { ...plain, host: '::1' }],
  ['redis://redis', { ...plain, host: 'redis' }],
  ['redis://:p%40ss@redis', { ...plain, host: 'redis', password: 'p@ss' }],
  ['redis://me:secret@redis', { ...plain, host: 'redis', username: 'me', password: 'secret' }],
  ['rediss://redis', { ...plain, host: 'redis', tls: {} }],
]
for (const [url, address] of addresses) {
  test(`${url} is ${JSON.stringify(address)}`, () => assert.deepEqual(addressOf(url), address))
}

test('an answer that came while the event loop was blocked is no answer too late', async (t) => {
  const redis = await startRedis(t)
  const connection = requestConnection(redis.url, silentLog)
  atEnd(t, () => connection.disconnect())
  await once(connection, 'ready')
  const answer = connection.ping()
  setImmediate(() => block(1200)) // it has just been sent
  assert.equal(await answer, 'PONG')
  redis.freeze()
  const none = connection.ping()
  await assert.rejects(none, /timed out/)
})

/** As a task on the event loop does. */
function block(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

test('a connection that listens subscribes when its owner does, who knows of a failure', async (t) => {
  const redis = await startRedis(t)
  const [subscriber, admin] = [listenConnection, workConnection].map((connect) => {
    const connection = connect(redis.url, silentLog)
    atEnd(t, () => connection.disconnect())
    return connection
  }) as [Redis, Redis]
  const subscribe = () => subscriber.subscribe('news')
  await once(subscriber, 'ready')
  await subscribe()
  const back = once(subscriber, 'ready')
  await admin.acl('SETUSER', 'default', 'resetchannels') // Redis closes the connections of subscribers
  await back
  // node:test fails a test for a rejection that nobody catches.
  await assert.rejects(subscribe, /No permissions|NOPERM/)
})
