import { setTimeout as sleep } from 'node:timers/promises'
import type { Fleet, Instance } from '../api/fleet.ts'
import type { RunDir } from './run-dir.ts'
import type { Stack } from './stack.ts'
import type { ProcessState } from './supervised.ts'
import { askJson } from './unix-http.ts'

/** One process as `unblock ps` shows it. What is not known is null. */
export interface ListedProcess {
  name: string
  pid: number | null
  state: ProcessState | Instance['state']
  /** Of the process that runs now, not of the first. */
  startedAt: string | null
  restarts: number
  /** Cores in use. */
  cpu: number | null
  rssBytes: number | null
  loopP99Ms: number | null
  /** Unix socket on which a server or worker answers HTTP; `/metrics` is there alone. */
  socket: string | null
  /** Tasks. */
  running: number | null
  hits: number | null
}

/** A server that has not answered by then is blocked, and the next one is asked too. */
const PATIENCE_MS = 200
const VITALS_TIMEOUT_MS = 1000

/** All processes of the stack, with the vitals that a server tells of the whole fleet. */
export async function listProcesses(stack: Stack, runDir: RunDir): Promise<ListedProcess[]> {
  const vitals = await askVitals(stack, runDir)
  return stack.processes.map(({ name, pid, state, startedAt, restarts }) => {
    const vital = state === 'ready' ? vitals.find(({ id }) => id === name) : undefined
    return {
      name,
      pid: pid ?? null,
      state: vital?.state ?? state,
      startedAt: pid === undefined ? null : (startedAt?.toISOString() ?? null),
      restarts,
      cpu: vital?.cpu ?? null,
      rssBytes: vital?.rssBytes ?? null,
      socket: /^(server|worker)-/.test(name) ? runDir.socket(name) : null,
      loopP99Ms: vital?.eventLoop.p99Ms ?? null,
      running: vital?.running ?? null,
      hits: vital?.hits ?? null,
    }
  })
}

/** From the first server that answers; a blocked one does not. */
async function askVitals(stack: Stack, runDir: RunDir): Promise<Instance[]> {
  const servers = stack.processes.filter(
    ({ name, state }) => name.startsWith('server-') && state === 'ready',
  )
  const ask = { path: '/api/fleet', timeoutMs: VITALS_TIMEOUT_MS }
  const answers: Promise<Instance[]>[] = []
  for (const { name } of servers) {
    answers.push(
      askJson(runDir.socket(name), ask).then(({ status, body }) => {
        if (status !== 200) throw new Error(`status ${status}`)
        return (body as Fleet).instances
      }),
    )
    const first = Promise.any(answers).catch(() => undefined)
    const vitals = await Promise.race([first, sleep(PATIENCE_MS, undefined, { ref: false })])
    if (vitals !== undefined) return vitals
  }
  return Promise.any(answers).catch(() => [])
}
