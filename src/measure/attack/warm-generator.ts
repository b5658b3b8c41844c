import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Metronome } from '../pacer/metronome.ts'
import { dueTimes } from '../pacer/pacer.ts'
import { attack } from './attack.ts'
import { createClient } from './client.ts'

const durationMs = 500
const rate = 8000

/**
 * Makes the generator's code warm by an attack on a service of its own. Code that is not compiled yet is ten
 * times as slow: at a high rate it would fall behind in the first moments. The service has a thread of its
 * own: what it leaves in the memory of this one can make the garbage collector keep all that comes later, and
 * pause for 15 ms again and again.
 */
export async function warmGenerator(metronome: Metronome, signal: AbortSignal): Promise<void> {
  const service = new Worker(new URL('./warm-service.ts', import.meta.url))
  const [port] = await once(service, 'message')
  const client = createClient(`http://127.0.0.1:${port}`)
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
    await service.terminate()
  }
}
