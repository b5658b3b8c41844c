import type { Task } from '../tasks/define.ts'
import { nowMs } from './executor.ts'
import type { Begin } from './slots.ts'
import { ownCpuMs } from './thread-cpu.ts'

/** What a run leaves behind, in a form that can cross from one thread to another. */
export type RunReport =
  | { ok: true; json: string; startedAt: number; runMs: number; cpuMs: number }
  | { ok: false; message: string; startedAt: number; runMs: number; cpuMs: number }

const progressIntervalMs = 100

interface RunOptions {
  signal: AbortSignal
  onProgress?: (fraction: number) => void
  /** Where it was noted already. */
  begin?: Begin
}

/** Runs a task right here, on the calling thread, and never throws. */
export async function runTask(
  task: Task,
  params: unknown,
  { signal, onProgress, begin = { startedAt: nowMs(), threadCpuMs: ownCpuMs() } }: RunOptions,
): Promise<RunReport> {
  const { startedAt, threadCpuMs } = begin
  const spent = () => ({
    startedAt,
    runMs: nowMs() - startedAt,
    cpuMs: Math.max(0, ownCpuMs() - threadCpuMs),
  })
  let reported = performance.now()
  let highest = 0
  let over = false
  const progress = (fraction: number) => {
    if (over) return // what a task has left behind may go on for ever
    const now = performance.now()
    if (now - reported < progressIntervalMs || !(fraction > highest)) return
    reported = now
    highest = Math.min(fraction, 1)
    onProgress?.(highest)
  }
  try {
    const returned = task.run(params, { progress, signal })
    // Awaited only where there is something to await: another run on this thread could come in between, and
    // would count as a part of this one.
    const result = isPromise(returned) ? await returned : returned
    return { ok: true, json: toJson(result), ...spent() }
  } catch (error) {
    return { ok: false, message: messageOf(error), ...spent() }
  } finally {
    over = true
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null)?.then === 'function'
}

function toJson(result: unknown): string {
  try {
    return JSON.stringify(result) ?? 'null'
  } catch (error) {
    throw new Error(`its result is not JSON: ${messageOf(error)}`)
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message || error.name
}
