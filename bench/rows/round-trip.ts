import type { ChildProcess } from 'node:child_process'
import {
  type Answer,
  type Client,
  createClient,
  type Outgoing,
} from '../../src/measure/attack/client.ts'
import { median } from '../figures.ts'
import { startBesideBare } from '../systems/beside-bare.ts'
import { nextMessage } from '../systems/next-message.ts'
import { inBench, Processes } from '../systems/processes.ts'
import { against } from './against.ts'
import type { BenchRun, Row, Side } from './row.ts'

/** Asks for an empty job and its result. */
export const emptyJob: Outgoing = {
  method: 'POST',
  path: '/api/non-blocking',
  headers: { 'content-type': 'application/json', prefer: 'wait=5' },
  body: '{"task":"empty"}',
}

/** A side, with how it makes so many trips one after the other; what each took, in milliseconds. */
interface Traveller extends Side {
  travel(count: number): Promise<number[]>
}

export const roundTrip: Row = {
  name: 'round-trip',
  about:
    'ms from asking for an empty job to its result, nothing else running; the median of a round',
  async measure(run) {
    await using systems = await startBesideBare({ servers: 1, workers: 1 })
    const processes = new Processes()
    const clients: Client[] = []
    try {
      const { unblock, bare } = systems
      const chainFile = inBench('peers/fastify-bullmq/round-trip.ts')
      const chain = await processes.start(
        process.execPath,
        [chainFile, bare.redisSocket],
        'message',
      )
      const overHttp = (url: string, name: string, outgoing: Outgoing): Traveller => {
        const client = createClient(url)
        clients.push(client)
        return { name, samples: [], travel: (count) => travelOverHttp(client, outgoing, count) }
      }
      const sides: Traveller[] = [
        overHttp(unblock.url, 'Unblock', emptyJob),
        { name: 'bare BullMQ', samples: [], travel: (count) => travelBare(chain, count) },
        overHttp(bare.url, bare.name, { method: 'POST', path: '/api/round-trip' }),
      ]
      await takeTurns(run, sides)
      return against(
        sides.map(({ name, samples }) => ({ name, samples })),
        {
          row: 'round-trip',
          measure: 'POST /api/non-blocking, wait=5',
          unit: 'ms',
          reach: { 'bare BullMQ': { atMost: 1.3 } },
        },
      )
    } finally {
      for (const client of clients) await client.close()
      await processes.stop()
    }
  },
}

async function takeTurns(run: BenchRun, sides: readonly Traveller[]): Promise<void> {
  const rounds = run.choose({ full: 9, quick: 3, smoke: 1 })
  const trips = run.choose({ full: 1000, quick: 200, smoke: 20 })
  // Their code is compiled after some hundreds of them.
  for (const { travel } of sides) await travel(run.choose({ full: 2000, quick: 400, smoke: 5 }))
  for (let round = 1; round <= rounds; round++)
    for (const { name, samples, travel } of round % 2 ? sides : sides.toReversed()) {
      const ms = median(await travel(trips))
      samples.push(ms)
      run.tell(`  round ${round}/${rounds} ${name}: ${ms.toFixed(3)} ms`)
    }
}

/** On one connection, which is kept. */
export async function travelOverHttp(
  client: Client,
  outgoing: Outgoing,
  count: number,
): Promise<number[]> {
  const taken: number[] = []
  while (taken.length < count) {
    const began = performance.now()
    const { status, head, error } = await new Promise<Answer>((resolve) =>
      client.send(outgoing, resolve),
    )
    taken.push(performance.now() - began)
    // 202 would be a job that has not ended.
    if (status !== 200) throw new Error(`${outgoing.path}: ${error ?? `${status} ${head}`}`)
  }
  return taken
}

async function travelBare(chain: ChildProcess, count: number): Promise<number[]> {
  const answered = nextMessage<number[]>(chain)
  chain.send(count)
  return answered
}
