import { setTimeout as sleep } from 'node:timers/promises'
import { signalEach } from './processes.ts'
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
    signalEach(this.#pids, 'SIGSTOP')
  }

  async thaw(): Promise<void> {
    signalEach(this.#pids, 'SIGCONT')
    await sleep(settleMs)
  }
}
