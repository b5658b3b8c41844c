import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { atEnd, type Cleaner } from '../fixtures/at-end.ts'
import { Client, NoStream, type StreamEvent } from './client.ts'

/** A client of a server that answers so; both are gone after the test. */
async function clientOf(t: Cleaner, answer: RequestListener): Promise<Client> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  atEnd(t, () => server.close())
  const client = new Client(`http://localhost:${(server.address() as AddressInfo).port}`)
  atEnd(t, () => client.close())
  return client
}

async function collect(client: Client, into: StreamEvent[]): Promise<void> {
  for await (const event of client.events({ path: '/' })) into.push(event)
}

test('events arrive whole, however the stream is cut; comments are none', async (t) => {
  const client = await clientOf(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(': hello\n\nid: 7\nevent: prog')
    setImmediate(() => response.end('ress\ndata: {"a":\ndata: 1}\n\ndata:x\n\n'))
  })
  const events: StreamEvent[] = []
  await collect(client, events)
  assert.deepEqual(events, [
    { event: 'progress', data: '{"a":\n1}', id: '7' },
    { event: 'message', data: 'x', id: undefined },
  ])
})

test('a stream that breaks is no end', async (t) => {
  const client = await clientOf(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: 1\n\n', () => response.destroy())
  })
  const events: StreamEvent[] = []
  await assert.rejects(collect(client, events))
  assert.equal(events.length, 1)
})

test('an answer that is no stream is told by its status', async (t) => {
  const client = await clientOf(t, (_request, response) => response.writeHead(404).end('{}'))
  await assert.rejects(collect(client, []), (error) => {
    return error instanceof NoStream && error.status === 404
  })
})

test('a kept connection that was closed meanwhile is no failure; a new one is', async (t) => {
  const sockets = new Set<unknown>()
  const client = await clientOf(t, (request, response) => {
    // It answers the first request of a connection, and takes the second only to hang up.
    if (sockets.has(request.socket) || request.url === '/broken') return request.socket.destroy()
    sockets.add(request.socket)
    response.end('fine')
  })
  assert.equal((await client.ask({ path: '/' })).body, 'fine')
  assert.equal((await client.ask({ path: '/' })).body, 'fine')
  assert.equal(client.staleConnections, 1)
  await assert.rejects(client.ask({ path: '/broken' }), /socket hang up/)
})

test('silence is a failure', async (t) => {
  const client = await clientOf(t, () => {})
  await assert.rejects(client.ask({ path: '/', timeoutMs: 50 }), /silence for 50 ms/)
})
