import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { inBench } from './systems/processes.ts'

/** The task `hash` in a loop, in a process of its own with nothing around it: what a machine can do at the most. */
export interface BareLoop {
  /** As in the table. */
  name: string
  command: readonly [program: string, script: string]
}

export const nodeLoop: BareLoop = {
  name: 'bare loop',
  command: [process.execPath, inBench('peers/bare-loop.ts')],
}

/** The system's Python, which has the system's Celery. */
export const pythonLoop: BareLoop = {
  name: 'bare loop in Python',
  command: ['/usr/bin/python3', inBench('peers/flask-celery/bare_loop.py')],
}

/** @returns runs a second, of all `cores` together */
export async function runBare(
  { command: [program, script] }: BareLoop,
  { cores, iterations, seconds }: { cores: number; iterations: number; seconds: number },
): Promise<number> {
  const args = [script, ...[cores, iterations, seconds].map(String)]
  const { stdout } = await promisify(execFile)(program, args, { timeout: 60_000 })
  return Number(stdout)
}

/** @returns so many iterations that a run takes that long on one core */
export async function iterationsFor(
  loop: BareLoop,
  { runMs, seconds }: { runMs: number; seconds: number },
): Promise<number> {
  const iterations = 20_000
  const runsPerS = await runBare(loop, { cores: 1, iterations, seconds })
  return Math.max(1, Math.round((iterations * runMs * runsPerS) / 1000))
}

/** The same task by Unblock's threads, in a process of their own without HTTP. @returns runs a second */
export async function runByExecutor({
  threads,
  open,
  iterations,
  seconds,
}: {
  threads: number
  /** Runs that are asked for at a time. */
  open: number
  iterations: number
  seconds: number
}): Promise<number> {
  const args = [threads, open, iterations, seconds].map(String)
  const script = [...process.execArgv, inBench('executor-process.ts')]
  const { stdout } = await promisify(execFile)(process.execPath, [...script, ...args], {
    timeout: 60_000,
  })
  return Number(stdout)
}
