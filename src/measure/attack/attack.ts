import { monitorEventLoopDelay } from 'node:perf_hooks'
import { UsageError } from '../../usage-error.ts'
import { merge } from '../pacer/merge.ts'
import type { Metronome } from '../pacer/metronome.ts'
import type { RequestRecord } from '../records/record.ts'
import type { Generator as LoadGenerator } from '../records/run.ts'
import type { Answer, Client, Outgoing } from './client.ts'
import { type Exchange, startExchange } from './exchange.ts'

/** Requests of one kind, and when they are due: milliseconds since the trial's start, ascending. */
export interface Stream {
  kind: RequestRecord['kind']
  outgoing: Outgoing
  due: Iterator<number>
  client: Client
}

export interface Attack {
  trial: number
  streams: Stream[]
  /** Before 0, when the counted part begins. */
  warmUpMs: number
  durationMs: number
  /** From a request's due time until its client waits no longer. */
  giveUpMs: number
  onRecord(record: RequestRecord): void
  /** Ends it early: what is open then is left out of the records. */
  signal: AbortSignal
}

export interface AttackEnd {
  startedAt: Date
  /** How long requests were due, the warm-up not counted; 0 where it ended before. */
  durationMs: number
  generator: LoadGenerator
}

/** As many requests may be open at once: the proxy and this process have so many connections. */
export const mostOpen = 2000

const sweepMs = 50
const loopResolutionMs = 10

/**
 * Sends every request when it is due, whether or not earlier ones are answered (open loop), and tells each
 * one's record when it has ended. Resolves when all have, or their clients have given up.
 *
 * @throws {UsageError} when the service says that the request itself is wrong
 */
export async function attack(
  metronome: Metronome,
  { trial, streams, warmUpMs, durationMs, giveUpMs, onRecord, signal }: Attack,
): Promise<AttackEnd> {
  const startsInMs = 20 + warmUpMs
  const origin = performance.now() + startsInMs
  const startedAt = new Date(Date.now() + startsInMs)
  const now = () => performance.now() - origin
  const open = new Map<Exchange, Pick<RequestRecord, 'trial' | 'kind' | 'due' | 'sent'>>()
  const farewells = new Set<Promise<void>>()
  const wrong = new AbortController()
  const stop = AbortSignal.any([signal, wrong.signal])
  let mistake: UsageError | undefined
  let openMax = 0
  let unsent = 0
  let idle = Promise.withResolvers<void>()

  function ring({ due, stream }: { due: number; stream: Stream }): void {
    if (open.size >= mostOpen) {
      if (due >= 0) unsent++
      return
    }
    const { kind, client, outgoing } = stream
    const beginning = { trial, kind, due: round(due), sent: round(now()) }
    let isSent = false
    const exchange = startExchange(client, outgoing, now, {
      done: (outcome) => {
        // An exchange can end while it is being started.
        if (isSent) finish(exchange, outcome)
        else queueMicrotask(() => finish(exchange, outcome))
      },
      onWrong: (answer) => {
        mistake ??= new UsageError(wrongText(outgoing, answer))
        wrong.abort()
      },
    })
    isSent = true
    open.set(exchange, beginning)
    openMax = Math.max(openMax, open.size)
  }

  function finish(exchange: Exchange, outcome: Parameters<typeof record>[1]): void {
    const beginning = open.get(exchange)
    if (beginning === undefined) return
    open.delete(exchange)
    record(beginning, outcome)
    if (open.size === 0) idle.resolve()
  }

  function record(
    beginning: Pick<RequestRecord, 'trial' | 'kind' | 'due' | 'sent'>,
    outcome: Omit<RequestRecord, keyof typeof beginning>,
  ): void {
    const { accepted, started, ended } = outcome
    const times = {
      accepted: accepted && round(accepted),
      started: started && round(started),
      ended: round(ended),
    }
    onRecord({ ...beginning, ...outcome, ...times })
  }

  /** Clients whose patience has ended leave; what they had asked for is taken back. */
  function sweep(): void {
    const before = now() - giveUpMs
    for (const [exchange, { due }] of open) {
      if (due > before) break // as they were due, so they stand
      leave(exchange)
      finish(exchange, { ...exchange.sofar, ended: now(), outcome: 'failed', reason: 'gave up' })
    }
  }

  function leave(exchange: Exchange): void {
    exchange.leave()
    const told = exchange.cancel().finally(() => farewells.delete(told))
    farewells.add(told)
  }

  const loopDelay = monitorEventLoopDelay({ resolution: loopResolutionMs })
  loopDelay.enable()
  const sweeper = setInterval(sweep, sweepMs)
  const cpuBefore = process.threadCpuUsage()
  try {
    await metronome.run(merge(streams), origin, ring, stop)
    const atEnd = now()
    const { user, system } = process.threadCpuUsage(cpuBefore)
    loopDelay.disable()
    const generator = {
      cpu: (user + system) / 1000 / (atEnd + startsInMs),
      loopP99Ms: Math.max(0, loopDelay.percentile(99) / 1e6 - loopResolutionMs),
      openMax,
      unsent,
    }
    if (open.size > 0) {
      idle = Promise.withResolvers()
      await Promise.race([idle.promise, aborted(stop)])
    }
    if (mistake) throw mistake
    const due = signal.aborted ? Math.min(Math.max(0, now()), durationMs) : durationMs
    return { startedAt, durationMs: due, generator }
  } finally {
    clearInterval(sweeper)
    loopDelay.disable()
    for (const exchange of open.keys()) leave(exchange)
    await Promise.race([Promise.all(farewells), after(2000)])
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}

/** A microsecond is more than the clock and the network are good for. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

function wrongText({ method, path }: Outgoing, { status, head }: Answer): string {
  const [, detail] = /"detail":"((?:[^"\\]|\\.)*)"/.exec(head) ?? []
  const said = detail === undefined ? '' : `: ${JSON.parse(`"${detail}"`)}`
  return `the target answers ${method} ${path} with ${status}${said}`
}
