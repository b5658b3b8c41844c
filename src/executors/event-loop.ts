import { type Executor, nowMs, type Outcome, type Work, WorkError } from './executor.ts'
import { runTask } from './run-task.ts'

/**
 * Runs a task on the event loop of this process: Node's classic mistake, here on purpose. Meanwhile
 * the process answers nothing. A synchronous task cannot be stopped either: its deadline is noticed
 * only when it has ended.
 *
 * @param beforeBlocking called just before the loop may freeze
 */
export function createEventLoopExecutor(beforeBlocking: () => void): Executor {
  return {
    name: 'event-loop',
    async run({ task, params, timeoutMs, signal, onStart, onProgress }: Work): Promise<Outcome> {
      const handedOver = nowMs()
      const deadline = AbortSignal.timeout(timeoutMs)
      beforeBlocking()
      onStart?.(handedOver)
      const report = await runTask(task, params, {
        signal: AbortSignal.any([signal, deadline]),
        ...(onProgress ? { onProgress } : {}),
      })
      if (nowMs() - handedOver > timeoutMs)
        throw new WorkError('deadline', `ran past its deadline of ${timeoutMs} ms`)
      if (signal.aborted) throw new WorkError('aborted', 'nobody wanted the result any more')
      if (!report.ok) throw new WorkError('threw', report.message)
      const { json, startedAt, runMs, cpuMs } = report
      return { json, startedAt, waitMs: Math.max(0, startedAt - handedOver), runMs, cpuMs }
    },
  }
}
