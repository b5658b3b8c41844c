import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { signalEach } from './processes.ts'

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
    for (const pid of this.#pids) await untilStopped(pid)
  }

  /** Also where some have ended: it is part of every stop. */
  release(): void {
    signalEach(this.#pids, 'SIGCONT')
  }
}

/**
 * The threads of a process go on until the one that takes the signal gets a core: on a busy machine, they take jobs
 * in the meantime.
 */
async function untilStopped(pid: number): Promise<void> {
  const threads = `/proc/${pid}/task`
  // Where the system does not tell, a moment has to do.
  if (!existsSync(threads)) return sleep(50)
  while (!readdirSync(threads).every((thread) => isStopped(`${threads}/${thread}/stat`)))
    await sleep(1)
}

/** Or has ended. */
function isStopped(statFile: string): boolean {
  try {
    const stat = readFileSync(statFile, 'utf8')
    return /^[TtZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
  } catch {
    return true
  }
}
