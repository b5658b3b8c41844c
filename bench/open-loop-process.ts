import { attack } from '../src/measure/attack/attack.ts'
import { createClient } from '../src/measure/attack/client.ts'
import { goFirst } from '../src/measure/attack/priority.ts'
import { warmGenerator } from '../src/measure/attack/warm-generator.ts'
import { startMetronome } from '../src/measure/pacer/metronome.ts'
import { dueTimes } from '../src/measure/pacer/pacer.ts'
import type { Probed, ProbeOrder } from './open-loop.ts'

// The prober: see open-loop.ts.

const giveUpMs = 30_000
const never = new AbortController().signal

goFirst(100)
const metronome = await startMetronome()
await warmGenerator(metronome, never)

process.on('message', async (order: ProbeOrder) => {
  const answer = await probe(order)
  process.send?.(answer)
})
process.on('disconnect', () => process.exit())
process.send?.('ready')

async function probe({ url, path, perS, seconds }: ProbeOrder): Promise<Probed> {
  const client = createClient(url)
  const rate = { shape: 'constant', rate: perS } as const
  const durationMs = seconds * 1000
  const due = dueTimes({ rate, durationMs, warmUpMs: 0, spacing: 'even', seed: 1 })
  const latenciesMs: number[] = []
  let failed = 0
  await attack(metronome, {
    trial: 0,
    streams: [{ kind: 'bystander', outgoing: { method: 'GET', path }, due, client }],
    origin: performance.now() + 20,
    durationMs,
    giveUpMs,
    onRecord({ due, ended, outcome }) {
      if (outcome !== 'completed') failed++
      latenciesMs.push(ended - due)
    },
    signal: never,
  })
  await client.close()
  return { latenciesMs: latenciesMs.toSorted((a, b) => a - b), failed }
}
