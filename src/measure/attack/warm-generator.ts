import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Metronome } from '../pacer/metronome.ts'
import { dueTimes } from '../pacer/pacer.ts'
import { attack } from './attack.ts'
import { createClient } from './client.ts'

const durationMs = 500
const rate = 8000

/**
 * Makes the generator's code warm by an attack on a service within this process. Code that is not compiled
 * yet is ten times as slow: at a high rate it would fall behind in the first moments.
 */
export async function warmGenerator(metronome: Metronome, signal: AbortSignal): Promise<void> {
  const answer = { 'content-type': 'application/json', 'x-served-by': 'server-1' }
  const body = '{"type":"blocking","timing":{"waitMs":0.5,"runMs":0.5},"result":{}}'
  const server = createServer((_request, response) => response.writeHead(200, answer).end(body))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = createClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const shape = { shape: 'constant', rate } as const
  const due = dueTimes({ rate: shape, durationMs, warmUpMs: 0, spacing: 'poisson', seed: 1 })
  const outgoing = { method: 'GET', path: '/' } as const
  try {
    await attack(metronome, {
      trial: 0,
      streams: [{ kind: 'task', outgoing, due, client }],
      origin: performance.now() + 20,
      durationMs,
      giveUpMs: 5000,
      onRecord() {},
      signal,
    })
  } finally {
    await client.close()
    server.close()
    server.closeAllConnections()
  }
}
