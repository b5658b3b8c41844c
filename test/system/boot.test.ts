import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startRedis } from '../fixtures/redis.ts'
import { until } from '../fixtures/until.ts'
import { startInstance } from './instance.ts'

/** Instances on their own, as containers run them. */

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

test('a server that starts before Redis serves what it can, and the rest when Redis comes', async (t) => {
  const redis = await startRedis(t, { running: false })
  const server = await startInstance(t, 'server', redis.url)
  assert.equal(await server.status('/api/blocking?task=primes&limit=1000'), 200)
  assert.equal(await server.status('/'), 200)
  assert.equal(await server.status('/readyz'), 503)
  assert.equal(await server.status('/api/non-blocking?task=primes&limit=9'), 503)
  await redis.restart()
  await until('it is ready', async () => (await server.status('/readyz')) === 200)
  assert.equal(await server.status('/api/non-blocking?task=primes&limit=9'), 202)
  assert.equal(server.log().match(/redis is away/g)?.length, 1)
  assert.equal(await server.stop(), 0)
})

test('a worker that starts before Redis works when Redis comes, and stops without it', async (t) => {
  const redis = await startRedis(t, { running: false })
  const early = await startInstance(t, 'worker', redis.url)
  assert.equal(await early.status('/livez'), 200)
  assert.equal(await early.status('/readyz'), 503)
  await redis.restart()
  await until('it is ready', async () => (await early.status('/readyz')) === 200)
  assert.equal(await early.stop(), 0)
})

test('an instance that cannot use its settings says so in a line, and exits with 78', async () => {
  const child = spawn(process.execPath, [cli, 'server'], {
    env: { ...process.env, REDIS_URL: 'redis://:s3cret@127.0.0.1:99999', THREADS: 'many' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [code] = await once(child, 'close')
  assert.equal(code, 78)
  assert.match(said, /^error: REDIS_URL is not redis:.*\nerror: THREADS=many is not a whole number/)
  assert.doesNotMatch(said, /s3cret|^ +at /m)
})
