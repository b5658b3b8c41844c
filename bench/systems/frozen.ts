import { setTimeout as sleep } from 'node:timers/promises'
import type { UnblockSystem } from './unblock.ts'

/** Connections and timers of processes that run again have come to rest by then. */
const settleMs = 300

/**
 * Instances that are stopped by signals while another stack is measured. Even idle ones tell how they are several times
 * a second, and that would be counted against the other.
 */
export class Frozen {
  readonly #pids: readonly number[]

  constructor({ pids }: UnblockSystem) {
    this.#pids = [...pids].filter(([name]) => /^(server|worker)-/.test(name)).map(([, pid]) => pid)
  }

  freeze(): void {
    this.#signal('SIGSTOP')
  }

  async thaw(): Promise<void> {
    this.#signal('SIGCONT')
    await sleep(settleMs)
  }

  /** One that has died must not keep a stack from being stopped. */
  #signal(signal: NodeJS.Signals): void {
    for (const pid of this.#pids)
      try {
        process.kill(pid, signal)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
  }
}
