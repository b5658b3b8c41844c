import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Job } from '../../src/api/job.ts'
import type { Answer, Client, Question } from './client.ts'
import type { KnownTask } from './known-tasks.ts'
import { meanCostMs } from './known-tasks.ts'
import type { Ledger } from './ledger.ts'
import type { Random } from './random.ts'
import { jobIdIn, type Tally } from './tally.ts'
import { Watching } from './watching.ts'

export interface LoadOptions {
  client: Client
  ledger: Ledger
  tally: Tally
  random: Random
  tasks: readonly KnownTask[]
  /** CPU time of tasks that is offered, in cores. */
  cores: number
  /** Every job is looked at until it has ended; else some are left to whoever settles the ledger. */
  watchAll?: boolean
}

/** Light requests a second, whatever the load of tasks. */
const LIGHT_PER_S = 20
const LIGHT_PATHS = ['/api/tasks', '/livez', '/', '/openapi.json'] as const
/** Bounds: what is due beyond them is not sent, and counted. */
const MAX_OPEN_JOBS = 400
const MAX_FLOWS = 400
/** Those that are to finish just now may do so; then watching ends. */
const PATIENCE_MS = 3000
const MAX_TRIES = 12

/** Requests of every kind at random moments, as independent clients make them, at a constant rate. */
export class MixedLoad {
  /** CPU time of tasks that is offered, in cores; may be changed while it runs. */
  cores: number
  readonly #options: LoadOptions
  readonly #watching: Watching
  readonly #arrivals = new AbortController()
  readonly #watches = new AbortController()
  readonly #flows = new Set<Promise<void>>()
  #isRunning: Promise<unknown> = Promise.resolve()

  constructor(options: LoadOptions) {
    const { client, ledger, tally, cores } = options
    this.#options = options
    this.cores = cores
    this.#watching = new Watching(client, ledger, tally, this.#watches.signal)
  }

  start(): void {
    const costMs = meanCostMs(this.#options.tasks)
    this.#isRunning = Promise.all([
      this.#arrive(
        () => (this.cores * 1000) / costMs,
        () => this.#work(),
      ),
      this.#arrive(
        () => LIGHT_PER_S,
        () => this.#light(),
      ),
    ])
  }

  /** No more requests; resolves when those under way are answered, or left alone. */
  async stop(): Promise<void> {
    this.#arrivals.abort()
    await this.#isRunning
    const patience = sleep(PATIENCE_MS, undefined, { ref: false })
    await Promise.race([Promise.all(this.#flows), patience])
    this.#watches.abort()
    await Promise.all(this.#flows)
  }

  async #arrive(perS: () => number, flow: () => Promise<void>): Promise<void> {
    const { random, tally, ledger } = this.#options
    const { signal } = this.#arrivals
    let due = performance.now()
    while (!signal.aborted) {
      due += random.gapMs(perS())
      const ms = due - performance.now()
      // What is late, after a pause of this process, is made up for, but not all at once.
      if (ms < -1000) due = performance.now()
      await sleep(Math.max(0, ms), undefined, { signal }).catch(() => {})
      if (signal.aborted) return
      if (this.#flows.size >= MAX_FLOWS || ledger.openCount >= MAX_OPEN_JOBS) tally.heldBack++
      else this.#track(flow())
    }
  }

  #track(flow: Promise<void>): void {
    const tracked = flow.finally(() => this.#flows.delete(tracked))
    this.#flows.add(tracked)
  }

  async #light(): Promise<void> {
    const { random } = this.#options
    const path = LIGHT_PATHS[Math.floor(random.next() * LIGHT_PATHS.length)]!
    await this.#watching.ask(`GET ${path}`, true, { path })
  }

  async #work(): Promise<void> {
    const { random, tasks } = this.#options
    const task = random.pick(tasks)
    if (task.costMs < 300 && random.chance(0.1)) return this.#block(task)
    const ids = await this.#queue(task)
    await Promise.all([...new Set(ids)].map((id) => this.#follow(id)))
  }

  async #block({ task, params, result, what }: KnownTask): Promise<void> {
    const { random, ledger } = this.#options
    const path = '/api/blocking'
    const isGet = random.chance(0.5)
    const question = isGet ? asGet(path, task, params) : asPost(path, { task, params })
    const kind = `${isGet ? 'GET' : 'POST'} blocking`
    const answer = await this.#watching.ask(kind, false, question)
    if (answer?.status !== 200) return
    const given = (answer.body as { result: unknown }).result
    if (!isDeepStrictEqual(given, result)) ledger.wrongAnswer(what, given)
  }

  /** @returns the ids of the jobs that were accepted: of one request, even if sent twice, one */
  async #queue({ task, params, result, what }: KnownTask): Promise<string[]> {
    const { random } = this.#options
    const path = '/api/non-blocking'
    const options = {
      ...(random.chance(0.3) ? { priority: 1 + Math.floor(random.next() * 9) } : {}),
      ...(random.chance(0.05) ? { timeoutMs: 50 + Math.floor(random.next() * 5000) } : {}),
    }
    const wait = random.chance(0.15) ? { prefer: `wait=${1 + Math.floor(random.next() * 4)}` } : {}
    const expected = { what, result }
    if (random.chance(0.45)) {
      const key = randomUUID()
      const headers = { ...wait, 'idempotency-key': key }
      const post = { ...asPost(path, { task, params, ...options }), headers }
      // Now and then a client is impatient, and its request comes to two servers at once.
      const senders = random.chance(0.2) ? 2 : 1
      const sent = Array.from({ length: senders }, () =>
        this.#sendKeyed(post, { ...expected, key }),
      )
      return (await Promise.all(sent)).filter((id) => id !== undefined)
    }
    const isGet = random.chance(0.4)
    const question = isGet
      ? asGet(path, task, { ...params, ...options })
      : asPost(path, { task, params, ...options })
    const kind = `${isGet ? 'GET' : 'POST'} non-blocking`
    const id = await this.#send(kind, false, { ...question, headers: wait }, expected)
    return id === undefined ? [] : [id]
  }

  /** Repeats a request with an `Idempotency-Key` until there is a clear answer. */
  async #sendKeyed(
    question: Question,
    expected: { what: string; result: unknown; key: string },
  ): Promise<string | undefined> {
    for (let tries = 0; tries < MAX_TRIES && !this.#watches.signal.aborted; tries++) {
      const id = await this.#send('POST non-blocking, keyed', true, question, expected)
      if (id !== undefined) return id
      const signal = this.#watches.signal
      await sleep(Math.min(200 * 2 ** tries, 2000), undefined, { signal }).catch(() => {})
    }
    return undefined
  }

  async #send(
    kind: string,
    idempotent: boolean,
    question: Question,
    expected: { what: string; result: unknown; key?: string },
  ): Promise<string | undefined> {
    const askedAt = performance.now()
    const answer = await this.#watching.ask(kind, idempotent, question)
    const id = jobIdIn(answer?.body)
    if (answer === undefined || id === undefined) return undefined
    this.#options.ledger.accept(id, expected)
    const job = jobIn(answer)
    if (job !== undefined) this.#options.ledger.see({ job, askedAt, by: 'acceptance' })
    // Its own page says why it failed.
    if (job?.state === 'failed') await this.#watching.look(id, 'poll')
    return id
  }

  /** What the client does about a job that was accepted. */
  async #follow(id: string): Promise<void> {
    const { random, watchAll } = this.#options
    const watch = random.pick([
      {
        weight: 30,
        how: async () => (watchAll ? this.#watching.poll(id, 2000, 10_000) : undefined),
      },
      { weight: 30, how: () => this.#watching.poll(id) },
      { weight: 25, how: () => this.#watching.listen(id) },
      { weight: 15, how: () => this.#watching.wait(id) },
    ])
    const cancel = random.chance(0.15) ? this.#cancelLater(id, random.next() * 1500) : undefined
    await Promise.all([watch.how(), cancel])
  }

  async #cancelLater(id: string, ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#watches.signal }).catch(() => {})
    await this.#watching.cancel(id)
  }
}

function asGet(path: string, task: string, params: Record<string, number>): Question {
  return { path: `${path}?${new URLSearchParams({ task, ...stringsOf(params) })}` }
}

function asPost(path: string, json: object): Question {
  return { method: 'POST', path, json }
}

function stringsOf(params: Record<string, number>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]))
}

/** The job in an answer of `/api/non-blocking`, with the result that stands beside it. */
function jobIn({ status, body }: Answer): (Pick<Job, 'id' | 'state'> & Partial<Job>) | undefined {
  const { job, result } = body as { job: Job | string; result?: unknown }
  if (typeof job !== 'string') return { ...job, ...(result === undefined ? {} : { result }) }
  // A problem: the job failed while its client waited.
  return [500, 503, 504].includes(status) ? { id: job, state: 'failed' } : undefined
}
