import type { Task } from './define.ts'

/** How long one run of `task` may take, in milliseconds: its own limit, else the service's. */
export function timeLimit(
  task: Task,
  { taskTimeoutMs, maxTimeoutMs }: { taskTimeoutMs: number; maxTimeoutMs: number },
): number {
  return Math.min(task.timeoutMs ?? taskTimeoutMs, maxTimeoutMs)
}
