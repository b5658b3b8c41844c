import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { atEnd } from '../../../test/fixtures/at-end.ts'
import { createClient } from '../attack/client.ts'
import { fleetWith } from './fleet.fixture.ts'
import { isIdle } from './idle.ts'
import type { Service } from './service.ts'

async function serviceWith(
  t: TestContext,
  answer: RequestListener,
  knows: Pick<Service, 'tasks' | 'bystander'>,
): Promise<Service> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = createClient(url)
  atEnd(t, async () => {
    await client.close()
    server.closeAllConnections()
    server.close()
  })
  return { url, client, ...knows }
}

const never = new AbortController().signal
const unblock = { tasks: { default: 'primes', tasks: [] }, bystander: '/livez' }

/** A fleet of which an instance works, or has work before it. */
function busyFleet(running: number, waiting: number) {
  const fleet = fleetWith({ 'server-1': 0, 'worker-1': 0 }, waiting)
  fleet.instances[1]!.running = running
  return fleet
}

for (const [running, waiting] of [
  [1, 0],
  [0, 3],
] as const)
  test(`with ${running} running and ${waiting} waiting it is not idle, and when these are done it is`, async (t) => {
    const fleets = [busyFleet(running, waiting), busyFleet(running, waiting), busyFleet(0, 0)]
    let asked = 0
    const answer: RequestListener = (_request, response) =>
      response.end(JSON.stringify(fleets[asked++]))
    const service = await serviceWith(t, answer, unblock)
    assert.equal(await isIdle(service, 30_000, never), true)
    assert.equal(asked, 3)
  })

test('it is not waited for for ever', async (t) => {
  const answer: RequestListener = (_request, response) =>
    response.end(JSON.stringify(busyFleet(1, 0)))
  assert.equal(await isIdle(await serviceWith(t, answer, unblock), 300, never), false)
})

test('a service that knows no fleet is idle when a bystander is answered quickly again', async (t) => {
  let asked = 0
  const answer: RequestListener = async (_request, response) => {
    if (++asked <= 2) await sleep(100)
    response.end()
  }
  const service = await serviceWith(t, answer, { tasks: undefined, bystander: '/' })
  assert.equal(await isIdle(service, 30_000, never), true)
  assert.ok(asked >= 5, `${asked} questions`)
})

test('of a service that knows neither nothing can be waited for', async (t) => {
  const service = await serviceWith(t, () => {}, { tasks: undefined, bystander: undefined })
  assert.equal(await isIdle(service, 30_000, never), true)
})
