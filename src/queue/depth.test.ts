import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Redis } from 'ioredis'
import { atEnd } from '../../test/fixtures/at-end.ts'
import { runCode } from '../../test/fixtures/child.ts'
import { startRedis } from '../../test/fixtures/redis.ts'
import { addressOf } from './connection.ts'
import { readDepth } from './depth.ts'
import { activeKey, prioritizedKey, waitKey } from './keys.ts'

test('the depth of the queue is what waits, by priority or not, and what runs', async (t) => {
  const { url } = await startRedis(t)
  const redis = new Redis(addressOf(url))
  atEnd(t, () => redis.disconnect())
  assert.deepEqual(await readDepth(redis), { waiting: 0, active: 0 })
  await redis.lpush(waitKey, 'a', 'b')
  await redis.zadd(prioritizedKey, 1, 'c')
  await redis.lpush(activeKey, 'd')
  assert.deepEqual(await readDepth(redis), { waiting: 3, active: 1 })
  await redis.set(activeKey, 'no list')
  await assert.rejects(readDepth(redis), /WRONGTYPE/)
})

test('reading it loads no BullMQ', async (t) => {
  const child = runCode(
    t,
    `import { registerHooks } from 'node:module'
    registerHooks({
      load(url, context, next) {
        if (/bullmq/.test(url)) console.log('loads', url)
        return next(url, context)
      },
    })
    await import('src:fleet/read-fleet.ts')
    await import('src:fleet/feed-server.ts')
    console.log('done')`,
  )
  assert.equal(await child.ended(), 0)
  assert.equal(child.output(), 'done\n')
})
