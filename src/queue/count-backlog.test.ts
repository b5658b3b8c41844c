import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newJob, startProducer } from '../../test/fixtures/queue.ts'
import { startRedis } from '../../test/fixtures/redis.ts'
import { countBacklog } from './count-backlog.ts'
import { completedKey, failedKey } from './keys.ts'

/** A queue with these jobs in it: what each costs, and its priority. */
async function queueOf(
  t: Parameters<typeof startRedis>[0],
  jobs: [costMs: number | undefined, priority: number][],
) {
  const producer = await startProducer(t, (await startRedis(t)).url, { limit: 1_000_000 })
  await Promise.all(
    jobs.map(([costMs, priority]) =>
      producer.add(newJob('primes', costMs === undefined ? {} : { costMs }, priority)),
    ),
  )
  return producer
}

test('an empty queue holds nothing', async (t) => {
  const { redis } = await queueOf(t, [])
  assert.deepEqual(await countBacklog(redis), { waiting: 0, costMs: 0, ended: 0 })
})

test('all that waits is counted with what it costs, by priority or not', async (t) => {
  const { redis } = await queueOf(t, [
    [100, 0],
    [20, 0],
    [3, 7],
    [undefined, 0],
    [undefined, 1],
  ])
  assert.deepEqual(await countBacklog(redis), { waiting: 5, costMs: 123, ended: 0 })
})

test("a job is not looked at but for its own cost, whatever a client's parameters say", async (t) => {
  const { redis, add } = await queueOf(t, [])
  await add(newJob('echo', { params: { text: '{"costMs":999}', costMs: 999 } }))
  assert.equal((await countBacklog(redis)).costMs, 0)
})

test('up to 256 jobs the cost is exact, and of more about right, from a sample', async (t) => {
  const jobs = Array.from({ length: 256 }, (_, i): [number, number] => [i, i % 3])
  const { redis, add } = await queueOf(t, jobs)
  assert.equal((await countBacklog(redis)).costMs, (255 * 256) / 2)
  const more = Array.from({ length: 1744 }, (_, i) => newJob('primes', { costMs: i % 256 }, i % 3))
  // Not all at once: a command may take a second.
  for (let i = 0; i < more.length; i += 50) await Promise.all(more.slice(i, i + 50).map(add))
  const { waiting, costMs } = await countBacklog(redis)
  const exact = [...jobs.map(([cost]) => cost), ...more.map(({ data }) => data.costMs ?? 0)].reduce(
    (sum, each) => sum + each,
  )
  assert.equal(waiting, 2000)
  assert.ok(Math.abs(costMs / exact - 1) < 0.2, `${costMs} instead of ${exact}`)
})

test('what ended in the last ten seconds is counted, well or not', async (t) => {
  const { redis } = await queueOf(t, [])
  const minuteAgo = Date.now() - 60_000
  await redis.zadd(completedKey, minuteAgo, 'j1', Date.now(), 'j2', Date.now() - 500, 'j3')
  await redis.zadd(failedKey, minuteAgo, 'j4', Date.now(), 'j5')
  assert.equal((await countBacklog(redis)).ended, 3)
})
