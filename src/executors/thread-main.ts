import { parentPort, workerData } from 'node:worker_threads'
import { loadCatalogue } from '../tasks/catalogue.ts'
import { nowMs } from './executor.ts'
import { type RunReport, runTask } from './run-task.ts'

/** What a pool thread runs: it loads the catalogue once, then one task after the other. */

export interface ThreadData {
  tasksDir: string
}

export interface ThreadRequest {
  id: number
  task: string
  params: unknown
}

/** What a thread tells while a task runs. */
export type ThreadMessage = { id: number; startedAt: number } | { id: number; progress: number }

const catalogue = await loadCatalogue((workerData as ThreadData).tasksDir)
// Ending the thread is how a run is ended, so there is never a reason to abort it from inside.
const { signal } = new AbortController()

const tell = (message: ThreadMessage) => parentPort?.postMessage(message)

export default function run({ id, task: name, params }: ThreadRequest): Promise<RunReport> {
  const task = catalogue.get(name)
  if (task === undefined) throw new Error(`no task ${name} on this thread`)
  tell({ id, startedAt: nowMs() })
  return runTask(task, params, { signal, onProgress: (progress) => tell({ id, progress }) })
}
