import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { ConditionSummary, Summary } from '../src/measure/summary/schema.ts'

/** What `unblock measure --json` prints of one condition. */
export type Measured = Summary & ConditionSummary

/** Above what any run here takes, its report included. */
const patienceMs = 120_000

const command = fileURLToPath(new URL('../bin/unblock.mjs', import.meta.url))

/**
 * `unblock measure ARGS --json`, the real one, as a process of its own in the folder `cwd`. A void run is
 * a result as well; an error is thrown with what the command said, or when it does not end.
 */
export async function unblockMeasure(cwd: string, args: readonly string[]): Promise<Measured> {
  const child = spawn(process.execPath, [command, 'measure', ...args, '--json'], {
    cwd,
    env: { ...process.env, TMPDIR: cwd },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: patienceMs,
    killSignal: 'SIGKILL',
  })
  const [printed, said, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  if (signal !== null) throw new Error(`unblock measure was ended by ${signal}:\n${said}`)
  if (printed === '') throw new Error(`unblock measure ended with ${code}:\n${said}`)
  return JSON.parse(printed)
}
