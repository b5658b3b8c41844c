import type { Task } from '../tasks/define.ts'
import { nowMs } from './executor.ts'

/** What a run leaves behind, in a form that can cross from one thread to another. */
export type RunReport =
  | { ok: true; json: string; startedAt: number; runMs: number; cpuMs: number }
  | { ok: false; message: string; startedAt: number; runMs: number; cpuMs: number }

const progressIntervalMs = 100

/** Runs a task right here, on the calling thread, and never throws. */
export async function runTask(
  task: Task,
  params: unknown,
  { signal, onProgress }: { signal: AbortSignal; onProgress?: (fraction: number) => void },
): Promise<RunReport> {
  const startedAt = nowMs()
  const start = performance.now()
  const cpu = process.threadCpuUsage()
  const spent = () => {
    const { user, system } = process.threadCpuUsage(cpu)
    return { startedAt, runMs: performance.now() - start, cpuMs: (user + system) / 1000 }
  }
  let reported = start
  let highest = 0
  const progress = (fraction: number) => {
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
