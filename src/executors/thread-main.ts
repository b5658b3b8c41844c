import { flushCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { loadCatalogue } from '../tasks/catalogue.ts'
import { nowMs } from './executor.ts'
import { type RunReport, runTask } from './run-task.ts'
import { type Beginning, ownCpuMs, ownIds } from './thread-cpu.ts'

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
export type ThreadMessage = ({ id: number } & Beginning) | { id: number; progress: number }

// The files may have been edited since the process has read them. A thread that does not start would be
// missing in the pool for ever; one that says what is wrong is not.
let mistake = ''
const catalogue = await loadCatalogue((workerData as ThreadData).tasksDir).catch((error: Error) => {
  mistake = error.message
  return loadCatalogue()
})
// Node keeps compiled code when a thread exits by itself, and this one will be ended: without this, each new
// one strips and compiles everything again, which takes ten times as long.
flushCompileCache()
// Ending the thread is how a run is ended, so there is never a reason to abort it from inside.
const { signal } = new AbortController()
const { threadId, systemId } = ownIds()

const tell = (message: ThreadMessage) => parentPort?.postMessage(message)

export default async function run({ id, task: name, params }: ThreadRequest): Promise<RunReport> {
  const startedAt = nowMs()
  tell({ id, startedAt, threadId, systemId, threadCpuMs: ownCpuMs() })
  const task = catalogue.get(name)
  if (task === undefined) {
    const message = `a new thread could not load it: ${mistake || `there is no task ${name} any more`}`
    return { ok: false, message, startedAt, runMs: 0, cpuMs: 0 }
  }
  return runTask(task, params, { signal, onProgress: (progress) => tell({ id, progress }) })
}
