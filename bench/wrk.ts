import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { found } from './systems/processes.ts'

export interface WrkResult {
  /** Those that were answered with 2xx or 3xx. */
  requestsPerS: number
  /** Answers other than 2xx and 3xx, and connections that broke. */
  failed: number
}

/**
 * `wrk -t1 -c32`: as many requests as one thread gets through with 32 connections. In a session of its own, as
 * from another terminal, and as the generator of `unblock measure` is: Linux shares out cores by session.
 *
 * @param seconds a whole number
 */
export async function wrk(
  url: string,
  seconds: number,
  { connections = 32 }: { connections?: number } = {},
): Promise<WrkResult> {
  const child = spawn(found('wrk'), ['-t1', `-c${connections}`, `-d${seconds}s`, url], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (code !== 0) throw new Error(`wrk ended with ${code}: ${stdout}`)
  const number = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1] ?? 0)
  const socketErrors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(
    stdout,
  )
  const broken = socketErrors?.slice(1).reduce((sum, each) => sum + Number(each), 0) ?? 0
  const refused = number(/Non-2xx or 3xx responses: (\d+)/)
  // A system that refuses quickly would seem to be a quick one.
  return {
    requestsPerS: number(/Requests\/sec:\s+([\d.]+)/) - refused / seconds,
    failed: refused + broken,
  }
}
