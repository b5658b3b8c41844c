import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UsageError } from '../usage-error.ts'
import { groupIsAlive, type Identity, identify, isAlive, signalGroup } from './identity.ts'

/** The folder, below the one where `up` runs, of what outlives a run: Redis's data and this state. */
export const DATA_DIR = '.unblock'

/** What a run writes down about itself, for `ps`, for `scale`, and for the `up` after a crash. */
interface Written {
  launcher: Identity
  /** The control socket. */
  control: string
  processes: (Identity & { name: string })[]
}

/** The run of the stack in one folder, of which there is one at a time. */
export class RunState {
  readonly #folder: string
  readonly #file: string
  readonly #written: Written

  private constructor(folder: string, written: Written) {
    this.#folder = folder
    this.#file = join(folder, 'state.json')
    this.#written = written
  }

  /**
   * Claims the folder for this process. What a run that was killed has left is stopped first, its
   * processes' names given to `cleaning`.
   *
   * @throws {UsageError} naming the process that runs the stack here already
   */
  static async claim(
    workDir: string,
    control: string,
    cleaning: (names: readonly string[]) => void,
  ): Promise<RunState> {
    const folder = join(workDir, DATA_DIR)
    const left: Written['processes'] = []
    const launcher = identify(process.pid)!
    const state = new RunState(folder, { launcher, control, processes: left })
    try {
      while (!state.#create()) left.push(...(takeAway(state.#file)?.processes ?? []))
    } finally {
      // Written down until they have ended, so that they are found even if this process is killed.
      await stopLeftovers(left, cleaning)
    }
    state.#written.processes = []
    state.#save()
    return state
  }

  /** Notes a process that has started. */
  add(name: string, pid: number): void {
    const identity = identify(pid)
    if (identity === undefined) return // ended already
    this.#written.processes.push({ name, ...identity })
    this.#save()
  }

  /** Forgets a process that has ended, with all of its group. */
  delete(pid: number): void {
    this.#written.processes = this.#written.processes.filter((each) => each.pid !== pid)
    this.#save()
  }

  /** The run is over. */
  remove(): void {
    rmSync(this.#file, { force: true })
    try {
      rmdirSync(this.#folder)
    } catch {
      // It has Redis's data.
    }
  }

  /** @throws {UsageError} */
  #draftInFolder(): string {
    try {
      mkdirSync(this.#folder, { recursive: true })
      return this.#draft()
    } catch (error) {
      throw new UsageError(`cannot write in ${dirname(this.#folder)}: ${(error as Error).message}`)
    }
  }

  #draft(): string {
    const draft = `${this.#file}.${process.pid}`
    writeFileSync(draft, `${JSON.stringify(this.#written, null, 2)}\n`)
    return draft
  }

  /** All at once, or not at all if there is one already. */
  #create(): boolean {
    const draft = this.#draftInFolder()
    try {
      linkSync(draft, this.#file)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    } finally {
      rmSync(draft)
    }
  }

  #save(): void {
    renameSync(this.#draft(), this.#file)
  }
}

/** The control socket of the stack that runs in `workDir`. @throws {UsageError} if none does */
export function findControl(workDir: string): string {
  const written = read(join(workDir, DATA_DIR, 'state.json'))
  if (written !== undefined && isAlive(written.launcher)) return written.control
  throw new UsageError(`nothing runs in ${workDir}; start it with: unblock up`)
}

function read(file: string): Written | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined // none, or cut short by a crash of the machine
  }
}

/** Removes the state of a run that is dead, and gives it. @throws {UsageError} if it is not dead */
function takeAway(file: string): Written | undefined {
  refuseIfAlive(read(file))
  const taken = `${file}.${process.pid}`
  try {
    renameSync(file, taken)
  } catch {
    return undefined // another `up` was faster
  }
  const written = read(taken)
  try {
    refuseIfAlive(written)
    return written
  } catch (error) {
    // Another `up` had taken it over in between: this is its state.
    linkSync(taken, file)
    throw error
  } finally {
    rmSync(taken)
  }
}

function refuseIfAlive(written: Written | undefined): void {
  if (written !== undefined && isAlive(written.launcher))
    throw new UsageError(
      `already running here, as process ${written.launcher.pid}; stop it with Ctrl-C there, or: kill ${written.launcher.pid}`,
    )
}

/**
 * Instances drain by themselves when their launcher dies: they get the time to hand back their jobs,
 * and the proxy to answer what they still serve. Redis is last, since they need it for that.
 */
async function stopLeftovers(
  processes: Written['processes'],
  cleaning: (names: readonly string[]) => void,
): Promise<void> {
  const left = processes.filter(groupIsAlive)
  if (left.length === 0) return
  cleaning(left.map(({ name }) => name))
  const [redis, others] = [
    left.filter(({ name }) => name === 'redis'),
    left.filter(({ name }) => name !== 'redis'),
  ]
  for (const each of others) if (each.name === 'nginx') signalGroup(each, 'SIGQUIT')
  await killAfterGrace(others)
  for (const each of redis) signalGroup(each, 'SIGTERM')
  await killAfterGrace(redis)
}

/** A little more than the GRACE_MS of a worker. */
const LEFTOVER_GRACE_MS = 6000
/** A process that is killed is not gone at once, and has its port until it is. */
const KILL_MS = 2000

async function killAfterGrace(left: readonly Identity[]): Promise<void> {
  if (await haveEnded(left, LEFTOVER_GRACE_MS)) return
  for (const each of left) signalGroup(each, 'SIGKILL')
  await haveEnded(left, KILL_MS)
}

async function haveEnded(processes: readonly Identity[], withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs
  while (processes.some(groupIsAlive)) {
    if (Date.now() > deadline) return false
    await sleep(10)
  }
  return true
}
