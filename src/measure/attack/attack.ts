import { readFileSync } from 'node:fs'
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
  /** 0 of all times, as performance.now() has it; before it comes the warm-up. */
  origin: number
  durationMs: number
  /** From a request's due time until its client waits no longer. */
  giveUpMs: number
  /** As many requests may be open at once; `mostOpen` if not given. */
  openLimit?: number
  onRecord(record: RequestRecord): void
  /** Ends it early: what is open then has failed, as `interrupted`. */
  signal: AbortSignal
}

export interface AttackEnd {
  startedAt: Date
  /** How long requests were due, the warm-up not counted; 0 where it ended before. */
  durationMs: number
  generator: LoadGenerator
}

/** As many requests may be open at once; this process may not be allowed as many files, either. */
export const mostOpen = Math.min(10_000, openFiles() - 200)

/** What is known of a request that was never sent. */
const nothing = { accepted: null, started: null, status: 0 } as const

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
  { trial, streams, origin, durationMs, giveUpMs, openLimit = mostOpen, onRecord, signal }: Attack,
): Promise<AttackEnd> {
  const startedAt = new Date(performance.timeOrigin + origin)
  const began = performance.now()
  const now = () => performance.now() - origin
  const open = new Map<Exchange, Pick<RequestRecord, 'trial' | 'kind' | 'due' | 'sent'>>()
  const farewells = new Set<Promise<void>>()
  const wrong = new AbortController()
  const stop = AbortSignal.any([signal, wrong.signal])
  const understood = new Set<RequestRecord['kind']>()
  let mistake: UsageError | undefined
  let openMax = 0
  let unsent = 0
  let whenIdle = () => {}

  function ring({ due, stream }: { due: number; stream: Stream }): void {
    const { kind, client, outgoing } = stream
    const beginning = { trial, kind, due: round(due), sent: round(now()) }
    if (open.size >= openLimit) {
      if (due >= 0) unsent++
      record(beginning, { ...nothing, ended: now(), outcome: 'failed', reason: 'not sent' })
      return
    }
    let isSent = false
    const exchange = startExchange(client, outgoing, now, {
      done: (outcome) => {
        // An exchange can end while it is being started.
        if (isSent) finish(exchange, outcome)
        else queueMicrotask(() => finish(exchange, outcome))
      },
      onWrong: (answer) => {
        // Of a service that has done it before, it is a failure: it may be starting again.
        if (understood.has(kind)) return false
        mistake ??= new UsageError(wrongText(outgoing, answer))
        wrong.abort()
        return true
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
    if (outcome.outcome === 'completed') understood.add(beginning.kind)
    record(beginning, outcome)
    if (open.size === 0) whenIdle()
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
      leave(exchange, 'gave up')
    }
  }

  function leave(exchange: Exchange, reason: string): void {
    exchange.leave()
    finish(exchange, { ...exchange.sofar, ended: now(), outcome: 'failed', reason })
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
      cpu: (user + system) / 1000 / (atEnd + origin - began),
      loopP99Ms: Math.max(0, loopDelay.percentile(99) / 1e6 - loopResolutionMs),
      openMax,
      unsent,
    }
    if (open.size > 0) {
      const { promise: idle, resolve } = Promise.withResolvers<void>()
      whenIdle = resolve
      await Promise.race([idle, aborted(stop)])
    }
    if (mistake) throw mistake
    const due = signal.aborted ? Math.min(Math.max(0, now()), durationMs) : durationMs
    return { startedAt, durationMs: due, generator }
  } finally {
    clearInterval(sweeper)
    loopDelay.disable()
    for (const exchange of [...open.keys()]) leave(exchange, 'interrupted')
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

/** How many files this process may have open, connections among them: proc(5), limits. */
function openFiles(): number {
  try {
    const [, soft] =
      /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return Number(soft ?? 10_240)
  } catch {
    return 10_240 // Node raises its limit to that of the system, here as macOS has it
  }
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
