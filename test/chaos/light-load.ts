import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

/**
 * A constant load of mostly light requests, for scenarios in which none may fail. It is paced by the
 * clock, whatever the answers do, and bounded: in its rate, in how many are open, in its duration.
 */
export interface LightLoadOptions {
  url: string
  /** Requests a second. */
  rate?: number
  /**
   * Requests that may be open; more are not made while so many are. By default too few to fill the
   * line for a thread (64) of even one server: on a busy machine, refusals would be no failures.
   */
  maxOpen?: number
  /** It ends by itself after this. */
  maxSeconds?: number
  /** What to send; one after another, according to their shares. */
  mix?: readonly Kind[]
}

/** One kind of request. */
export interface Kind {
  name: string
  /** Of all requests; what counts is the ratio to the other kinds. */
  share: number
  method: 'GET' | 'POST'
  path: string
  body?: string
  /** The only status that is no failure. */
  right: number
}

export interface Failure {
  /** Seconds since the load began. */
  atS: number
  kind: string
  /** Status, server and body, or the error of the connection. */
  what: string
}

const tiny = '{"task":"primes","params":{"limit":100}}'

/** Reading, blocking and queueing tiny work, and now and then some 300 ms of it. */
export const lightMix: readonly Kind[] = [
  { name: 'GET tasks', share: 50, method: 'GET', path: '/api/tasks', right: 200 },
  {
    name: 'POST blocking',
    share: 25,
    method: 'POST',
    path: '/api/blocking',
    body: tiny,
    right: 200,
  },
  {
    name: 'POST non-blocking',
    share: 24.7,
    method: 'POST',
    path: '/api/non-blocking',
    body: tiny,
    right: 202,
  },
  {
    name: 'GET blocking, long',
    share: 0.3,
    method: 'GET',
    path: '/api/blocking?task=primes&limit=300000',
    right: 200,
  },
]

const TICK_MS = 5
/** Longer than any answer takes on the busiest machine. */
const ANSWER_MS = 60_000
const KEPT_FAILURES = 20

export class LightLoad {
  /** For each second since it began: answered by whom (`nobody` without X-Served-By), how often. */
  readonly timeline: Map<string, number>[] = []
  /** `POST blocking 200`, how often. A connection that failed has the status 0. */
  readonly statuses = new Map<string, number>()
  /** The first ones; `failed` is how many there were. */
  readonly failures: Failure[] = []
  failed = 0
  /**
   * Answers 503 with Retry-After of a server, which are not among the failures: it was too busy, or
   * Redis too late. One that drains must not answer so.
   */
  readonly refusals: Failure[] = []
  refused = 0
  /** For how long the machine left this process without a CPU, at worst. */
  longestStallMs = 0
  /** Requests that were answered, or failed. */
  made = 0
  /** Requests that were due and not made, because too many were open. */
  heldBack = 0
  readonly #options: Required<LightLoadOptions>
  readonly #agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
  readonly #begunAt = performance.now()
  readonly #open = new Set<Promise<void>>()
  readonly #listeners = new Set<(server?: string) => void>()
  readonly #timer: NodeJS.Timeout
  readonly #debts: number[]
  #due = 0
  #lastTick = performance.now()
  #endedAt: number | undefined

  constructor(options: LightLoadOptions) {
    this.#options = { rate: 400, maxOpen: 48, maxSeconds: 600, mix: lightMix, ...options }
    this.#debts = this.#options.mix.map(() => 0)
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  get hasEnded(): boolean {
    return this.#endedAt !== undefined
  }

  /** Seconds from its beginning to its end, or to now. */
  get seconds(): number {
    return ((this.#endedAt ?? performance.now()) - this.#begunAt) / 1000
  }

  /** Answered by whom, how often, in the order of names. */
  get served(): Map<string, number> {
    const sum = new Map<string, number>()
    for (const second of this.timeline)
      for (const [server, times] of second ?? []) sum.set(server, (sum.get(server) ?? 0) + times)
    return new Map([...sum].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })))
  }

  /**
   * Resolves with the milliseconds until `server` next answers a request, or with Infinity if it
   * does not within 30 s.
   */
  async nextFrom(server: string): Promise<number> {
    const begun = performance.now()
    const { promise, resolve } = Promise.withResolvers<number>()
    const timer = setTimeout(resolve, 30_000, Number.POSITIVE_INFINITY)
    const look = (by?: string) => {
      if (by === server) resolve(performance.now() - begun)
    }
    this.#listeners.add(look)
    return promise.finally(() => {
      clearTimeout(timer)
      this.#listeners.delete(look)
    })
  }

  /** Resolves when so many requests were made, or when the load has ended. */
  async untilMade(requests: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = () => {
      if (this.made >= requests || this.#endedAt !== undefined) resolve()
    }
    this.#listeners.add(look)
    look()
    await promise
    this.#listeners.delete(look)
  }

  /** Makes no more requests; resolves when those that are open are answered. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    while (this.#open.size > 0) await Promise.all(this.#open)
    this.#endedAt ??= performance.now()
    this.#agent.destroy()
    for (const listener of this.#listeners) listener()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  #tick(): void {
    const { rate, maxOpen, maxSeconds } = this.#options
    const now = performance.now()
    this.longestStallMs = Math.max(this.longestStallMs, now - this.#lastTick - TICK_MS)
    this.#lastTick = now
    if (this.seconds > maxSeconds) return void this.stop()
    for (; this.#due < this.seconds * rate; this.#due++) {
      if (this.#open.size >= maxOpen) {
        this.heldBack++
        continue
      }
      const made = this.#make(this.#next()).finally(() => this.#open.delete(made))
      this.#open.add(made)
    }
  }

  /** The kind that is furthest behind its share. */
  #next(): Kind {
    const { mix } = this.#options
    for (const [i, { share }] of mix.entries()) this.#debts[i]! += share
    const i = this.#debts.indexOf(Math.max(...this.#debts))
    this.#debts[i]! -= mix.reduce((sum, { share }) => sum + share, 0)
    return mix[i]!
  }

  async #make(kind: Kind): Promise<void> {
    const at = performance.now()
    let [status, server, what, isRefusal] = [0, 'nobody', '', false]
    try {
      const answer = await this.#ask(kind)
      status = answer.statusCode ?? 0
      server = String(answer.headers['x-served-by'] ?? 'nobody')
      isRefusal = status === 503 && server !== 'nobody' && 'retry-after' in answer.headers
      what = `${status} from ${server}: ${(await text(answer)).slice(0, 200)}`
    } catch (error) {
      status = 0
      what = String(error)
    }
    this.made++
    this.#count(this.statuses, `${kind.name} ${status}`)
    const second = Math.floor(this.seconds)
    this.timeline[second] ??= new Map()
    this.#count(this.timeline[second], server)
    if (status !== kind.right) {
      const atS = (at - this.#begunAt) / 1000
      const kept = isRefusal ? this.refusals : this.failures
      if (isRefusal) this.refused++
      else this.failed++
      if (kept.length < KEPT_FAILURES) kept.push({ atS, kind: kind.name, what })
    }
    for (const listener of this.#listeners) listener(server)
  }

  async #ask({ method, path, body }: Kind): Promise<IncomingMessage> {
    const asked = request(new URL(path, this.#options.url), {
      method,
      agent: this.#agent,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    asked.end(body)
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    return answer
  }

  #count(counts: Map<string, number>, key: string): void {
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
}
