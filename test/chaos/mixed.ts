import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { RunDir } from '../../src/launcher/run-dir.ts'
import type { Cleaner } from '../fixtures/at-end.ts'
import type { RunningStack } from '../system/stack.ts'
import { Client } from './client.ts'
import { Killer, type VictimRole } from './killer.ts'
import { knownTasks } from './known-tasks.ts'
import { type Fault, isWhole, Ledger, sum, type Totals } from './ledger.ts'
import { MixedLoad } from './mixed-load.ts'
import { seededRandom } from './random.ts'
import { readyStack } from './ready-stack.ts'
import { RecoveryWatch } from './recovery.ts'
import { settle } from './settle.ts'
import { countsText, type Row, table } from './table.ts'
import { Tally } from './tally.ts'

export interface MixedOptions {
  seconds: number
  servers: number
  workers: number
  /** Seconds between two kills; 0: never. */
  everyS: Record<VictimRole, number>
  /** CPU time of tasks that is offered, as a share of this machine's cores. */
  load: number
  seed: number
  /** How long accepted jobs may take to end after the last kill. */
  settleMs: number
  /** Only short tasks. */
  short?: boolean
  /** It goes on for longer, where so many of each were not killed by then: a machine may be slow. */
  leastKills?: number
}

/** The full form but for its length. Processes that start again and again take much of a machine. */
export const MIXED_DEFAULTS: MixedOptions = {
  seconds: 60,
  servers: 3,
  workers: 2,
  everyS: { worker: 1, server: 5, redis: 30 },
  load: 0.2,
  seed: 1,
  settleMs: 120_000,
}

const LONGEST_MORE_MS = 30_000

export interface MixedReport {
  seconds: number
  seed: number
  kills: Record<VictimRole, number>
  requests: Record<string, Record<string, number>>
  totals: Totals
  faults: readonly Fault[]
  /** Jobs whose worker was killed while it had them, and the longest that one was without a worker. */
  orphans: number
  longestRecoveryMs: number | undefined
  refused: number
  failedIdempotent: number
  failures: readonly string[]
  heldBack: number
  /** Requests sent again, on a new connection, since the proxy had just closed the kept one. */
  staleConnections: number
  settledMs: number
}

/** A stack of its own under a constant mixed load, whose processes are killed at random. */
export async function mixed(t: Cleaner, options: MixedOptions): Promise<MixedReport> {
  const {
    seconds,
    servers,
    workers,
    everyS,
    load,
    seed,
    settleMs,
    short = false,
    leastKills = 0,
  } = options
  const tasks = await knownTasks({ short })
  const stack = await readyStack(t, { servers, workers, env: { LOG_LEVEL: 'warn' } })
  const client = new Client(stack.url)
  const ledger = new Ledger()
  const tally = new Tally()
  const recovery = new RecoveryWatch(redisSocket(stack))
  // Apart, so that the kills of a seed do not depend on how many requests were made meanwhile.
  const killer = new Killer({
    processes: () => stack.writtenProcesses(),
    random: seededRandom(seed ^ 0x5eed),
    everyS,
    serves: (name) => serves(stack, name),
    onKill: (name) => void (name.startsWith('worker-') && recovery.killed(name)),
  })
  const cores = load * availableParallelism()
  const random = seededRandom(seed)
  const traffic = new MixedLoad({ client, ledger, tally, random, tasks, cores })
  const from = performance.now()
  recovery.start()
  killer.start()
  traffic.start()
  await goOn(stack, seconds * 1000)
  const roles = Object.keys(everyS) as VictimRole[]
  const isMissing = (role: VictimRole) => everyS[role] > 0 && killer.kills[role] < leastKills
  const deadline = performance.now() + LONGEST_MORE_MS
  while (roles.some(isMissing) && performance.now() < deadline) await goOn(stack, 100)
  await killer.stop()
  await traffic.stop()
  const loadEnded = performance.now()
  await settle(client, ledger, { withinMs: settleMs })
  const settledMs = performance.now() - loadEnded
  await recovery.stop(1000)
  client.close()
  const { recoveriesMs } = recovery
  return {
    seconds: (loadEnded - from) / 1000,
    seed,
    kills: killer.kills,
    requests: tally.requests,
    totals: ledger.totals(),
    faults: ledger.faults,
    orphans: recoveriesMs.length,
    longestRecoveryMs: recoveriesMs.length === 0 ? undefined : Math.max(...recoveriesMs),
    refused: tally.refused,
    failedIdempotent: tally.failedIdempotent,
    failures: tally.failures,
    heldBack: tally.heldBack,
    staleConnections: client.staleConnections,
    settledMs,
  }
}

/** Whether every promise was kept. */
export function isGood({ totals }: MixedReport): boolean {
  return totals.accepted > 0 && isWhole(totals)
}

/** @throws when the stack ends before the time is over */
export async function goOn(stack: RunningStack, ms: number): Promise<void> {
  const ended = stack.ended.then(() => 'ended')
  if ((await Promise.race([sleep(ms), ended])) === 'ended')
    throw new Error(`the stack has ended:\n${stack.logs.slice(-5000)}`)
}

export function redisSocket(stack: RunningStack): string {
  return socketOf(stack, 'redis')
}

/** The Unix socket of one of its processes. */
export function socketOf({ dir }: RunningStack, name: string): string {
  return new RunDir(dir, `${dir}/tmp`).socket(name)
}

/** Whether that server answers now. */
export async function serves(stack: RunningStack, name: string): Promise<boolean> {
  const client = new Client(socketOf(stack, name))
  const { status } = await client
    .ask({ path: '/livez', timeoutMs: 2000 })
    .catch(() => ({ status: 0 }))
  client.close()
  return status === 200
}

/** The one table at the end. */
export function mixedTable(report: MixedReport): string {
  const { kills, totals, requests, longestRecoveryMs } = report
  const { faults } = totals
  const rows: Row[] = [
    { what: 'duration', value: `${report.seconds.toFixed(0)} s, seed ${report.seed}` },
    { what: 'killed', value: countsText(kills) },
    ...requestRows(requests),
    { what: 'jobs accepted', value: `${totals.accepted}`, good: totals.accepted > 0 },
    { what: 'completed', value: `${totals.completed}` },
    { what: 'failed', value: countsText(totals.failed) },
    { what: 'cancelled', value: `${totals.cancelled}` },
    {
      what: 'completed + failed + cancelled',
      value: `${totals.completed + sum(totals.failed) + totals.cancelled}`,
      good: isWhole(totals) || sum(faults) > 0,
    },
    ...Object.entries(faults).map(([what, count]) => ({
      what: what === 'two states' ? 'more than one terminal state' : what,
      value: `${count}`,
      good: count === 0,
    })),
    { what: 'executions repeated', value: `${totals.repeatedRuns}` },
    {
      what: "killed workers' jobs started again",
      value:
        longestRecoveryMs === undefined
          ? 'none'
          : `${report.orphans}, the last after ${(longestRecoveryMs / 1000).toFixed(1)} s`,
    },
    { what: 'refused (503, Retry-After)', value: `${report.refused}` },
    { what: 'failed idempotent requests', value: `${report.failedIdempotent}` },
    { what: 'kept connections found closed', value: `${report.staleConnections}` },
    { what: 'held back by the load itself', value: `${report.heldBack}` },
    { what: 'all over after the last kill', value: `${(report.settledMs / 1000).toFixed(1)} s` },
  ]
  const details = [
    ...report.faults.slice(0, 20).map(({ kind, id, detail }) => `  ${kind}: ${id}: ${detail}`),
    ...report.failures.map((failure) => `  failed: ${failure}`),
  ]
  return [table('chaos', rows), ...details].join('\n')
}

export function requestRows(requests: MixedReport['requests']): Row[] {
  return Object.entries(requests)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, statuses]) => ({
      what: kind,
      value: Object.entries(statuses)
        .map(([status, count]) => `${count} × ${status}`)
        .join(', '),
    }))
}
