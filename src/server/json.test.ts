import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import Fastify from 'fastify'
import { sendWithJson } from './json.ts'

/** Whoever takes a large answer slowly does not keep it in memory for ever. */

async function listen(t: TestContext, size: number) {
  const app = Fastify({ forceCloseConnections: true })
  t.after(() => app.close())
  app.get('/', (_request, reply) =>
    sendWithJson(reply, { a: 1 }, 'result', JSON.stringify('x'.repeat(size))),
  )
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const answered = once(app.server, 'request')
  const client = connect(port, '127.0.0.1')
  t.after(() => client.destroy())
  client.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n')
  await once(client, 'readable') // the answer has begun
  const [, response] = await answered
  return { app, client, response }
}

test('a reader of a large answer that has not taken it after a minute is cut off', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { response } = await listen(t, 20_000_000)
  const closed = once(response, 'close')
  t.mock.timers.tick(59_000)
  assert.equal(response.destroyed, false)
  t.mock.timers.tick(1000)
  await closed
  assert.equal(response.writableFinished, false)
})

test('a reader that takes it in time is left alone, and its connection with it', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { client, response } = await listen(t, 1_000_000)
  client.resume()
  if (!response.writableFinished) await once(response, 'finish')
  await new Promise((resolve) => setImmediate(resolve))
  t.mock.timers.tick(60_000)
  assert.equal(client.destroyed, false)
  client.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n')
  const [again] = await once(client, 'data')
  assert.ok(again.length > 0)
})
