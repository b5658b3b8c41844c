import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Identity, signalGroup } from '../../src/launcher/identity.ts'
import type { ListedProcess } from '../../src/launcher/list-processes.ts'
import type { Scale } from '../../src/launcher/scale-options.ts'
import { atEnd, type Cleaner } from '../fixtures/at-end.ts'

/** What tests of the whole system share: the real launcher, in a folder of its own. */

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))
const WRAPPER = fileURLToPath(new URL('../../bin/unblock.mjs', import.meta.url))

/** Generous, for a machine that runs several tests at once. */
const START_TIMEOUT_MS = 30_000
const LOG_TIMEOUT_MS = 20_000
const STOP_TIMEOUT_MS = 20_000

export interface StackSettings {
  servers?: number
  workers?: number
  /** More arguments of `up`. */
  args?: readonly string[]
  env?: Record<string, string>
  /** A folder to run in; a new one by default, which is removed at the end. */
  dir?: string
}

export interface Ending {
  code: number | null
  signal: NodeJS.Signals | null
}

/** `unblock up` as a process, from its start to its end. */
export class Up {
  readonly dir: string
  readonly #child: ChildProcess
  #logs = ''
  #listeners = new Set<() => void>()
  readonly ended: Promise<Ending>
  hasEnded = false

  constructor(child: ChildProcess, dir: string) {
    this.#child = child
    this.dir = dir
    const add = (chunk: string) => {
      this.#logs += chunk
      this.#notify()
    }
    child.stdout?.setEncoding('utf8').on('data', add)
    child.stderr?.setEncoding('utf8').on('data', add)
    // Not `close`, which never comes after disconnect().
    const read = [child.stdout, child.stderr].map((stream) => stream && once(stream, 'end'))
    this.ended = Promise.all([once(child, 'exit'), ...read]).then(([[code, signal]]) => {
      this.hasEnded = true
      this.#notify()
      return { code, signal }
    })
  }

  /** Of the process that was started: the launcher, or the wrapper around it. */
  get pid(): number {
    return this.#child.pid!
  }

  /** All that it has written so far, on standard output and standard error. */
  get logs(): string {
    return this.#logs
  }

  /**
   * Waits until the log matches; `after` leaves out what came before (take `logs.length` for it).
   * Rejects when the launcher ends first, or with a timeout.
   */
  async waitForLog(pattern: RegExp, { after = 0 } = {}): Promise<RegExpExecArray> {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>()
    const look = () => {
      const match = pattern.exec(this.#logs.slice(after))
      if (match !== null) resolve(match)
      else if (this.hasEnded) reject(new Error(`ended without ${pattern}:\n${this.#logs}`))
    }
    const timeout = setTimeout(
      () => reject(new Error(`no ${pattern} in time:\n${this.#logs}`)),
      LOG_TIMEOUT_MS,
    )
    this.#listeners.add(look)
    look()
    try {
      return await promise
    } finally {
      clearTimeout(timeout)
      this.#listeners.delete(look)
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Closes the channel to it, as the death of the process that started it does. */
  leave(): void {
    this.#child.disconnect()
  }

  /** Stops it as Ctrl-C does, or with another signal; resolves when it has ended. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<Ending> {
    if (!this.hasEnded) this.#child.kill(signal)
    return this.ended
  }

  /** Ends it and all that it started, whatever state they are in. */
  async clean(): Promise<void> {
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    await this.stop('SIGTERM')
    clearTimeout(killer)
    for (const each of this.writtenProcesses()) signalGroup(each, 'SIGKILL')
  }

  /** The processes that the launcher has written down: after its own kill -9, who may still run. */
  writtenProcesses(): (Identity & { name: string })[] {
    try {
      return JSON.parse(readFileSync(join(this.dir, '.unblock/state.json'), 'utf8')).processes
    } catch {
      return [] // it has ended in order
    }
  }

  #notify(): void {
    for (const listener of this.#listeners) listener()
  }
}

/** A stack that is ready. */
export class RunningStack extends Up {
  url = ''

  /** The processes as `unblock ps --json` gives them. */
  async ps(): Promise<ListedProcess[]> {
    const { code, stdout, stderr } = await unblock(['ps', '--json'], this.dir)
    if (code !== 0) throw new Error(stderr)
    return JSON.parse(stdout)
  }

  /** One of them. */
  async process(name: string): Promise<ListedProcess> {
    const found = (await this.ps()).find((each) => each.name === name)
    if (found === undefined) throw new Error(`no process ${name}`)
    return found
  }

  async scale(to: Partial<Scale>): Promise<Finished> {
    const args = Object.entries(to).map(([role, number]) => `${role}=${number}`)
    return unblock(['scale', ...args], this.dir)
  }
}

/** Starts `unblock up`, on a free port; the test's end stops it, and removes what it left. */
export function startUp(t: Cleaner, settings: StackSettings = {}): RunningStack {
  const { servers = 1, workers = 1, args = [], env = {} } = settings
  const dir = settings.dir ?? temporaryFolder(t)
  const scale = ['--scale', `server=${servers}`, '--scale', `worker=${workers}`]
  const child = spawn(process.execPath, [CLI, 'up', '--port', '0', ...scale, ...args], {
    cwd: dir,
    env: environment(dir, env),
    // With the channel, it ends when the test's process is killed.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const stack = new RunningStack(child, dir)
  atEnd(t, () => stack.clean())
  return stack
}

/** Starts a stack and waits until it is ready. */
export async function startStack(t: Cleaner, settings: StackSettings = {}): Promise<RunningStack> {
  const stack = startUp(t, settings)
  const timeout = setTimeout(() => stack.signal('SIGKILL'), START_TIMEOUT_MS)
  const [, url] = await stack.waitForLog(/ready in .*: (http:\S+)/)
  clearTimeout(timeout)
  stack.url = url!
  return stack
}

/** A folder to run in, removed at the end. */
export function temporaryFolder(t: Cleaner): string {
  const dir = mkdtempSync(join(tmpdir(), 'ub-'))
  mkdirSync(join(dir, 'tmp'))
  atEnd(t, async () => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** Everything that a run leaves goes below its own folder. */
export function environment(dir: string, changes: Record<string, string> = {}): NodeJS.ProcessEnv {
  return { ...process.env, TMPDIR: join(dir, 'tmp'), ...changes }
}

export interface Finished {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a command of `unblock` to its end, in `dir`; through the wrapper with the Node.js `wrapper`. */
export async function unblock(
  args: readonly string[],
  dir: string,
  { env = {}, wrapper }: { env?: Record<string, string>; wrapper?: string } = {},
): Promise<Finished> {
  const [node, program] = wrapper === undefined ? [process.execPath, CLI] : [wrapper, WRAPPER]
  const child = spawn(node, [program, ...args], {
    cwd: dir,
    env: environment(dir, env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const finished = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (chunk) => (finished.stdout += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk) => (finished.stderr += chunk))
  const [code] = await once(child, 'close')
  return { code, ...finished }
}
