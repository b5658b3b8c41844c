import { type Executor, nowMs, type Outcome, type Work, WorkError } from './executor.ts'
import { runTask } from './run-task.ts'
import { ownCpuMs } from './thread-cpu.ts'

export interface EventLoopExecutor extends Executor {
  /** Tasks that run on the loop now. */
  running(): number
}

/**
 * Runs a task on the event loop of this process: Node's classic mistake, here on purpose. Meanwhile
 * the process answers nothing. A synchronous task cannot be stopped either: its deadline is noticed
 * only when it has ended.
 *
 * @param beforeBlocking called, and waited for, just before the loop may freeze
 */
export function createEventLoopExecutor(beforeBlocking: () => unknown): EventLoopExecutor {
  let running = 0
  return {
    name: 'event-loop',
    running: () => running,
    async run({ task, params, timeoutMs, signal, onStart, onProgress }: Work): Promise<Outcome> {
      if (signal.aborted) throw new WorkError('aborted', 'nobody wants the result')
      const handedOver = nowMs()
      const deadline = AbortSignal.timeout(timeoutMs)
      running++
      await beforeBlocking()
      onStart?.(handedOver)
      const stop = AbortSignal.any([signal, deadline])
      const cpuBefore = ownCpuMs()
      // A task that awaits need not heed the signal: its result is waited for no longer than that.
      const report = await Promise.race([
        runTask(task, params, { signal: stop, ...(onProgress ? { onProgress } : {}) }),
        aborted(stop),
      ]).finally(() => running--)
      const endedAt = nowMs()
      // Of a task that awaits, with all that the loop did meanwhile.
      const cpuMs = report?.cpuMs ?? ownCpuMs() - cpuBefore
      if (endedAt - handedOver > timeoutMs || (report === undefined && !signal.aborted))
        throw new WorkError('deadline', `ran past its deadline of ${timeoutMs} ms`, cpuMs)
      if (signal.aborted || report === undefined)
        throw new WorkError('aborted', 'nobody wanted the result any more', cpuMs)
      if (!report.ok) throw new WorkError('threw', report.message, cpuMs)
      const { json, startedAt, runMs } = report
      return { json, startedAt, waitMs: Math.max(0, startedAt - handedOver), runMs, cpuMs }
    },
  }
}

/** Resolves a turn later: what a task that has just ended says of itself, its CPU time above all, comes first. */
function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) setImmediate(resolve, undefined)
    signal.addEventListener('abort', () => setImmediate(resolve, undefined), { once: true })
  })
}
