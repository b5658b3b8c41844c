import { setTimeout as sleep } from 'node:timers/promises'
import { afterDeath } from '../../src/launcher/back-off.ts'
import { type Identity, isAlive } from '../../src/launcher/identity.ts'
import type { Random } from './random.ts'
import { type Candidate, chooseVictim } from './victims.ts'

export type VictimRole = 'worker' | 'server' | 'redis'

export interface KillerOptions {
  /** The processes that run now. */
  processes(): readonly (Identity & { name: string })[]
  random: Random
  /** Seconds between two kills of a role; 0: never. */
  everyS: Record<VictimRole, number>
  /** Whether a server answers. Without any, no request can succeed, which is no news: one is left. */
  serves(name: string): Promise<boolean>
  /** These are never killed. */
  spared?: readonly string[]
  onKill?(name: string, pid: number): void
}

const LOOK_EVERY_MS = 50
const IN_ROTATION_MS = 1500

interface Known {
  pid: number
  since: number
  quickDeaths: number
}

/** Kills processes of a stack with SIGKILL, by their ids, as an unkind machine would. */
export class Killer {
  readonly kills: Record<VictimRole, number> = { worker: 0, server: 0, redis: 0 }
  readonly #options: KillerOptions
  readonly #killed = new Set<number>()
  readonly #known = new Map<string, Known>()
  readonly #servesSince = new Map<number, number>()
  readonly #stopping = new AbortController()
  #isRunning: Promise<unknown> = Promise.resolve()

  constructor(options: KillerOptions) {
    this.#options = options
  }

  start(): void {
    const roles = Object.keys(this.#options.everyS) as VictimRole[]
    this.#isRunning = Promise.all([this.#keepLooking(), ...roles.map((role) => this.#haunt(role))])
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#isRunning
  }

  async #haunt(role: VictimRole): Promise<void> {
    const everyMs = this.#options.everyS[role] * 1000
    if (everyMs === 0) return
    const { signal } = this.#stopping
    let due = performance.now()
    while (!signal.aborted) {
      due += everyMs
      await this.#sleep(due - performance.now())
      while (!signal.aborted && !(await this.#killOne(role, everyMs)))
        await this.#sleep(LOOK_EVERY_MS)
      // A kill that had to wait does not make the next ones come all at once.
      due = Math.max(due, performance.now() - everyMs)
    }
  }

  /** @returns whether one was killed: sometimes none may be just now */
  async #killOne(role: VictimRole, everyMs: number): Promise<boolean> {
    const { random, onKill } = this.#options
    const choice = chooseVictim(this.#candidates(role), everyMs, random)
    if (role === 'server' && !(await this.#anotherServes(choice?.name))) return false
    const victim = this.#look().find(({ name }) => name === choice?.name)
    if (choice === undefined || victim === undefined || !isAlive(victim)) return false
    const known = this.#known.get(victim.name)!
    known.quickDeaths = afterDeath(choice.quickDeaths, choice.livedMs).quickDeaths
    process.kill(victim.pid, 'SIGKILL')
    // Until another process bears the name, there is nobody to kill.
    this.#killed.add(victim.pid)
    this.kills[role]++
    onKill?.(victim.name, victim.pid)
    return true
  }

  #candidates(role: VictimRole): Candidate[] {
    const { spared = [] } = this.#options
    const now = performance.now()
    const alive = this.#look().filter(
      ({ name, pid }) => name.replace(/-\d+$/, '') === role && !this.#killed.has(pid),
    )
    return alive
      .filter(({ name }) => !spared.includes(name))
      .map(({ name }) => {
        const { since, quickDeaths } = this.#known.get(name)!
        return { name, livedMs: now - since, quickDeaths }
      })
  }

  /** Whether another server has served for so long that the proxy knows it: it looks once a second. */
  async #anotherServes(victim: string | undefined): Promise<boolean> {
    const others = this.#look().filter(
      ({ name, pid }) => name.startsWith('server-') && name !== victim && !this.#killed.has(pid),
    )
    const now = performance.now()
    const inRotation = await Promise.all(
      others.map(async ({ name, pid }) => {
        if (!(await this.#options.serves(name))) return false
        const since = this.#servesSince.get(pid) ?? now
        this.#servesSince.set(pid, since)
        return now - since >= IN_ROTATION_MS
      }),
    )
    return inRotation.some((each) => each)
  }

  /** Since when each process is there is known by looking often. */
  async #keepLooking(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#look()
      await this.#sleep(LOOK_EVERY_MS)
    }
  }

  #look(): readonly (Identity & { name: string })[] {
    const processes = this.#options.processes()
    for (const { name, pid } of processes) {
      const known = this.#known.get(name)
      if (known?.pid === pid) continue
      const quickDeaths = known?.quickDeaths ?? 0
      this.#known.set(name, { pid, since: performance.now(), quickDeaths })
    }
    return processes
  }

  async #sleep(ms: number): Promise<void> {
    const { signal } = this.#stopping
    await sleep(Math.max(0, ms), undefined, { signal }).catch(() => {})
  }
}
