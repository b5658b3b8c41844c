import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { startProber } from './open-loop.ts'

/** A service in this process: it is frozen for as long as a test keeps the event loop. */
const service = createServer((request, response) => {
  if (request.url === '/wrong') response.statusCode = 500
  response.end('ok')
}).listen(0, '127.0.0.1')
after(() => service.close())
const url = () => `http://127.0.0.1:${(service.address() as AddressInfo).port}`

const freezeMs = 400

test('what was due while a service was frozen counts from when it was due', async () => {
  await using prober = await startProber()
  const probing = prober.probe({ url: url(), path: '/', perS: 50, seconds: 1 })
  await new Promise<void>((resolve) => service.once('request', () => resolve()))
  const until = performance.now() + freezeMs
  while (performance.now() < until);
  const { latenciesMs, failed } = await probing
  assert.equal(latenciesMs.length, 50)
  assert.equal(failed, 0)
  assert.ok(latenciesMs.at(-1)! > freezeMs - 50, `${latenciesMs.at(-1)} ms at the most`)
  // Sent one after the other, one of them would have waited.
  assert.ok(latenciesMs.filter((ms) => ms > freezeMs / 2).length >= 5)
  assert.deepEqual(
    latenciesMs,
    latenciesMs.toSorted((a, b) => a - b),
  )
})

test('answers that are no success are counted', async () => {
  await using prober = await startProber()
  const probing = prober.probe({ url: url(), path: '/wrong', perS: 20, seconds: 0.5 })
  assert.equal((await probing).failed, 10)
})
