import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { startUnblock } from './systems/unblock.ts'

/**
 * How fast are refusals, and light requests, while everything is saturated: every core computes, the
 * line for the threads of each server and the queue are full. Runs are of all lengths; those that last
 * longer than 10 s are ended, so threads are replaced meanwhile as well. The load is open: a request is
 * due at its time, whatever became of those before it, and its latency counts from then.
 */

const probes = [
  { name: 'refused: /api/blocking', path: '/api/blocking', status: 503 },
  { name: 'refused: /api/non-blocking', path: '/api/non-blocking', status: 503 },
  { name: 'light: GET /api/tasks', path: '/api/tasks', status: 200 },
] as const

const small = '{"task":"primes","params":{"limit":100}}'
/** From about 1 to 7 s of CPU time, in an order without a rhythm. */
const long = (n: number) => {
  const limit = 5_000_000 + ((n * 7919) % 12) * 1_000_000
  return JSON.stringify({ task: 'primes', params: { limit }, timeoutMs: 10_000 })
}

// Each probe, 25 times a second.
const everyMs = 40
const warmMs = 2000
const patienceMs = 30_000
const limits = { THREAD_QUEUE_LIMIT: '4', QUEUE_LIMIT: '50' }

export interface RefusalRow {
  name: string
  /** Answered as expected: refused, or served where it is light. */
  answers: number
  /** Answered otherwise: a place was free at that moment. */
  others: number
  p50Ms: number
  p99Ms: number
  maxMs: number
}

/** @param seconds of measuring, after the system is full and 2 s more */
export async function measureRefusals(seconds: number): Promise<RefusalRow[]> {
  const system = await startUnblock({ servers: 2, workers: 1, env: limits })
  const done = new AbortController()
  const client = new Client(system.url)
  const holding = [
    // Two servers, with a thread for each core and four places in the line: more than they have.
    ...Array.from({ length: 24 }, () => keepFull(client, '/api/blocking', done.signal)),
    ...Array.from({ length: 4 }, () => keepFull(client, '/api/non-blocking', done.signal)),
  ]
  try {
    await untilFull(client)
    await attack(client, warmMs)
    const samples = await attack(client, seconds * 1000)
    return probes.map(({ name, status }, i) => row(name, status, samples[i]!))
  } finally {
    done.abort()
    client.close()
    await Promise.allSettled(holding)
    await system.stop()
  }
}

interface Sample {
  status: number
  ms: number
}

/** Sends every probe at its times, and waits for the answers. */
async function attack(client: Client, forMs: number): Promise<Sample[][]> {
  const start = performance.now()
  const samples: Promise<Sample>[][] = probes.map(() => [])
  for (let n = 0; n * everyMs < forMs; n++) {
    const due = start + n * everyMs
    const early = due - performance.now()
    if (early > 0) await sleep(early)
    for (const [i, { path, status }] of probes.entries())
      samples[i]!.push(
        client
          .send(path, status === 200 ? undefined : small)
          .then((answer) => ({ status: answer, ms: performance.now() - due })),
      )
  }
  return Promise.all(samples.map((each) => Promise.all(each)))
}

let asked = 0

/** Asks again and again; is let in whenever there is a place. */
async function keepFull(client: Client, path: string, signal: AbortSignal) {
  while (!signal.aborted) {
    const status = await client.send(path, long(++asked)).catch(() => 0)
    if (status !== 202) await sleep(100)
  }
}

async function untilFull(client: Client): Promise<void> {
  const until = performance.now() + patienceMs
  for (;;) {
    const [blocking, nonBlocking] = [
      await client.send('/api/blocking', small),
      await client.send('/api/non-blocking', small),
    ]
    if (blocking === 503 && nonBlocking === 503) return
    if (performance.now() > until) throw new Error('the system does not become full')
    await sleep(50)
  }
}

function row(name: string, expected: number, samples: Sample[]): RefusalRow {
  const times = samples.filter(({ status }) => status === expected).map(({ ms }) => ms)
  times.sort((a, b) => a - b)
  const quantile = (q: number) => times[Math.min(times.length - 1, Math.floor(q * times.length))]
  return {
    name,
    answers: times.length,
    others: samples.length - times.length,
    p50Ms: quantile(0.5) ?? Number.NaN,
    p99Ms: quantile(0.99) ?? Number.NaN,
    maxMs: times.at(-1) ?? Number.NaN,
  }
}

/** Connections to the proxy that are kept. */
class Client {
  readonly #url: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 })
  constructor(url: string) {
    this.#url = url
  }

  /** A POST with a JSON body, or a GET. @returns the status */
  send(path: string, body?: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { 'content-type': 'application/json' }
      const method = body === undefined ? 'GET' : 'POST'
      request(this.#url + path, { method, headers, agent: this.#agent }, (response) => {
        response.resume()
        response.once('end', () => resolve(response.statusCode ?? 0))
        response.once('error', reject)
      })
        .once('error', reject)
        .end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}
