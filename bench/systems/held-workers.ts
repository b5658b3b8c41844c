import { setTimeout as sleep } from 'node:timers/promises'

/** Workers that are stopped and let go by signals: they stay warm, and no queue needs to know how to pause. */
export class HeldWorkers {
  readonly #pids: readonly number[]

  constructor(pids: readonly number[]) {
    this.#pids = pids
  }

  /** @param left jobs that have not ended: they do before the workers are stopped */
  async hold(left: () => Promise<number>): Promise<void> {
    this.release()
    while ((await left()) > 0) await sleep(5)
    for (const pid of this.#pids) process.kill(pid, 'SIGSTOP')
  }

  /** Also where some have ended: it is part of every stop. */
  release(): void {
    for (const pid of this.#pids)
      try {
        process.kill(pid, 'SIGCONT')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
  }
}
