import { readFileSync, readlinkSync } from 'node:fs'
import { threadId, type Worker } from 'node:worker_threads'
import { nowMs } from './executor.ts'

/** CPU time of a run that is to be ended from outside, so that it will not tell it itself. */

/** How a thread is found again: what it is to Node, and to the system (0 where that is not known). */
export interface ThreadIds {
  threadId: number
  systemId: number
}

/** Where a run began: when, on which thread, and what this had used by then. Times are milliseconds. */
export interface Beginning extends ThreadIds {
  startedAt: number
  threadCpuMs: number
}

/** Longer than a thread in JavaScript takes to answer (0.1 to 3 ms), and little of the 200 ms to its end. */
const patienceMs = 25

/** The calling thread's. */
export function ownIds(): ThreadIds {
  try {
    // proc(5): PID/task/TID
    return { threadId, systemId: Number(readlinkSync('/proc/thread-self').split('/').at(-1)) || 0 }
  } catch {
    return { threadId, systemId: 0 }
  }
}

/** All that the calling thread has used so far, in milliseconds. */
export function ownCpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/**
 * CPU milliseconds that a run has used since it began. The system knows, on Linux; elsewhere its thread
 * is asked, which answers between two steps of JavaScript, not out of native code. Where neither tells,
 * as of a thread that has ended, it is the time since then: it cannot have used more.
 *
 * @param threads among which its thread is, if it lives
 */
export async function cpuSince(
  { startedAt, threadId, systemId, threadCpuMs }: Beginning,
  threads: Worker[],
): Promise<number> {
  const atMost = nowMs() - startedAt
  const thread = threads.find((each) => each.threadId === threadId)
  if (thread === undefined) return atMost
  const used = readCpuMs(systemId) ?? (await askCpuMs(thread))
  return used === undefined ? atMost : Math.max(0, used - threadCpuMs)
}

/** All that a thread of this process has used, by the system: proc(5), schedstat's first number is ns. */
export function readCpuMs(systemId: number): number | undefined {
  if (systemId === 0) return undefined
  try {
    const [ns] = readFileSync(`/proc/self/task/${systemId}/schedstat`, 'utf8').split(' ')
    return Number(ns) / 1e6 || undefined
  } catch {
    return undefined
  }
}

/** The same, by the thread itself. */
export async function askCpuMs(thread: Worker): Promise<number | undefined> {
  const { promise: silence, resolve: giveUp } = Promise.withResolvers<undefined>()
  const timer = setTimeout(giveUp, patienceMs, undefined)
  const answer = thread.cpuUsage().then(
    ({ user, system }) => (user + system) / 1000,
    () => undefined, // it has ended
  )
  try {
    return await Promise.race([answer, silence])
  } finally {
    clearTimeout(timer)
  }
}
