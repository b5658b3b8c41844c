import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startProducer } from '../../test/fixtures/queue.ts'
import { startRedis } from '../../test/fixtures/redis.ts'
import { type ClientBudget, charge, noBudget, settle } from './client-budget.ts'
import { clientKey } from './keys.ts'

// So slow that a test ends long before a millisecond of it has come in again.
const slow: ClientBudget = { cpuMsPerS: 0.001, burstMs: 1000 }

async function budgets(t: TestContext, budget = slow) {
  const { redis } = await startProducer(t, (await startRedis(t)).url)
  return {
    redis,
    charge: (costMs: number, client = 'me') => charge(redis, budget, { client, costMs }),
    settle: (costMs: number, cpuMs: number, client = 'me') =>
      settle(redis, budget, { client, costMs, cpuMs }),
    balance: async () => Math.round(Number(await redis.hget(clientKey('me'), 'balance'))),
  }
}

test('a client may spend what it has, and go below once', async (t) => {
  const { charge, balance } = await budgets(t)
  assert.equal(await charge(900), 0)
  assert.equal(await charge(900), 0)
  assert.equal(await balance(), -800)
  assert.ok((await charge(1)) > 0)
  assert.equal(await balance(), -800, 'a refusal costs nothing')
})

test('clients do not spend what is others’', async (t) => {
  const { charge } = await budgets(t)
  await charge(2000, 'me')
  assert.ok((await charge(1, 'me')) > 0)
  assert.equal(await charge(1, 'you'), 0)
})

test('who is refused is told how long it takes until the estimate fits', async (t) => {
  const { charge } = await budgets(t, { cpuMsPerS: 10, burstMs: 1000 })
  await charge(1500)
  const waits = [await charge(0), await charge(300), await charge(100_000)]
  const expected = [(500 + 1) * 100, (500 + 300) * 100, (500 + 1000) * 100]
  for (const [i, ms] of expected.entries())
    assert.ok(waits[i]! <= ms && waits[i]! > ms - 20_000, `${waits[i]} ms instead of ${ms}`)
})

test('after that time it fits', async (t) => {
  const { charge } = await budgets(t, { cpuMsPerS: 10_000, burstMs: 1000 })
  await charge(1500)
  const waitMs = await charge(500)
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
  assert.equal(await charge(500), 0)
})

test('the difference to what a run really took is settled when it has ended', async (t) => {
  const { charge, settle, balance } = await budgets(t)
  await charge(600)
  await settle(600, 100)
  assert.equal(await balance(), 900)
  await charge(0)
  await settle(0, 2000)
  assert.equal(await balance(), -1100)
  assert.ok((await charge(0)) > 0)
})

test('nobody gets more than the most that a budget holds', async (t) => {
  const { redis, charge, settle } = await budgets(t)
  await charge(100)
  await settle(800, 0)
  assert.equal(await redis.exists(clientKey('me')), 0)
  assert.equal(await charge(5000), 0)
  assert.ok((await charge(0)) > 0)
})

test('a client is forgotten when it has everything again', async (t) => {
  const { redis, charge } = await budgets(t, { cpuMsPerS: 10, burstMs: 1000 })
  await charge(1500)
  const ms = await redis.pttl(clientKey('me'))
  assert.ok(ms > 100_000 && ms <= 150_000, `${ms} ms`)
})

test('servers that ask at once share one budget', async (t) => {
  const { url } = await startRedis(t)
  const servers = [await startProducer(t, url), await startProducer(t, url)]
  const waits = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      charge(servers[i % 2]!.redis, { ...slow, burstMs: 950 }, { client: 'me', costMs: 100 }),
    ),
  )
  assert.equal(waits.filter((ms) => ms === 0).length, 10)
})

test('without budgets nothing is charged, and Redis is not asked', async (t) => {
  const { redis } = await budgets(t)
  assert.equal(await charge(redis, noBudget, { client: 'me', costMs: 1e9 }), 0)
  await settle(redis, noBudget, { client: 'me', costMs: 0, cpuMs: 1e9 })
  assert.equal(await redis.dbsize(), 0)
})
