import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findProgram, systemPrograms } from '../../bin/programs.mjs'

/** How a process shows that it is ready: by any message to this one, or by what can be asked. */
export type Ready = 'message' | (() => Promise<boolean>)

export interface StartOptions {
  env?: Record<string, string>
  cwd?: string
  /** Linux shares out cores by session: what one program gets depends on it. */
  ownSession?: boolean
  /** A file for what it writes to standard error: shown where it ends before it is ready. */
  log?: string
}

/** Processes that are started one after the other, and ended in reverse. */
export class Processes {
  readonly #children: ChildProcess[] = []

  /** Resolves when it is ready; rejects when it ends before. */
  async start(
    command: string,
    args: readonly string[],
    isReady: Ready,
    { env = {}, cwd, ownSession = false, log }: StartOptions = {},
  ): Promise<ChildProcess> {
    const errors = log === undefined ? undefined : openSync(log, 'a')
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      ...(cwd === undefined ? {} : { cwd }),
      detached: ownSession,
      stdio: [
        'ignore',
        'ignore',
        // nginx says again and again which of its slots are empty.
        errors ?? (isReady === 'message' ? 'inherit' : 'ignore'),
        ...(isReady === 'message' ? (['ipc'] as const) : []),
      ],
    })
    if (errors !== undefined) closeSync(errors)
    this.#children.push(child)
    endWithThis(child)
    const ready = isReady === 'message' ? once(child, 'message') : poll(child, isReady)
    await Promise.race([ready, untilEnded(child, command, log)])
    return child
  }

  async stop(): Promise<void> {
    for (const child of this.#children.splice(0).toReversed()) await end(child)
  }
}

/** Ends it, also one that is stopped by a signal. */
export async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  askToEnd(child)
  await ended
}

function askToEnd(child: ChildProcess): void {
  child.kill('SIGTERM')
  child.kill('SIGCONT')
}

const running = new Set<ChildProcess>()

/** Ctrl-C does not reach those in a session of their own, and a signal to this process alone reaches none. */
function endWithThis(child: ChildProcess): void {
  if (running.size === 0) for (const signal of endings) process.on(signal, endAll)
  running.add(child)
  const forget = () => {
    running.delete(child)
    if (running.size === 0) for (const signal of endings) process.off(signal, endAll)
  }
  child.once('exit', forget).once('error', forget)
}

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function endAll(signal: NodeJS.Signals): void {
  for (const child of running) askToEnd(child)
  for (const each of endings) process.off(each, endAll)
  process.kill(process.pid, signal)
}

export function found(key: keyof typeof systemPrograms): string {
  const program = findProgram(systemPrograms[key].names)
  if (program === undefined) throw new Error(`${key} is not installed`)
  return program
}

/** One that has ended must not keep a system from being stopped. */
export function signalEach(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids)
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
}

/** A path below `bench`. */
export const inBench = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

async function poll(child: ChildProcess, isReady: () => Promise<boolean>): Promise<void> {
  while (!hasEnded(child) && !(await isReady())) await sleep(10)
}

/** Rejects when it has ended, or could not be started. */
async function untilEnded(child: ChildProcess, command: string, log?: string): Promise<never> {
  const [code, signal] = await once(child, 'exit')
  const said = log === undefined ? '' : `\n${readFileSync(log, 'utf8')}`
  throw new Error(`${command} ended: ${signal ?? `exit code ${code}`}${said}`)
}

function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null
}
