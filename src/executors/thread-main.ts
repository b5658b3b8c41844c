import { flushCompileCache } from 'node:module'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { loadCatalogue } from '../tasks/catalogue.ts'
import { nowMs } from './executor.ts'
import { type RunReport, runTask } from './run-task.ts'
import { createSlots } from './slots.ts'
import { ownCpuMs, ownIds } from './thread-cpu.ts'

/** What a pool thread runs: it loads the catalogue once, then one task after the other. */

export interface ThreadData {
  tasksDir: string
  port: MessagePort
  memory: SharedArrayBuffer
}

export interface ThreadRequest {
  slot: number
  task: string
  params: unknown
}

/**
 * What a thread tells: once that it takes runs; while a task runs, its progress; and when it is over, its
 * result as JSON or why it failed. It takes runs in the order in which they were handed to it.
 */
export type ThreadMessage = { systemId: number } | { slot: number; progress: number } | string

const { tasksDir, port, memory } = workerData as ThreadData
const slots = createSlots(memory)
// The files may have been edited since the process has read them. A thread that does not start would be
// missing in the pool for ever; one that says what is wrong is not.
let mistake = ''
const catalogue = await loadCatalogue(tasksDir).catch((error: Error) => {
  mistake = error.message
  return loadCatalogue()
})
// Node keeps compiled code when a thread exits by itself, and this one will be ended: without this, each new
// one strips and compiles everything again, which takes ten times as long.
flushCompileCache()
// Ending the thread is how a run is ended, so there is never a reason to abort it from inside.
const { signal } = new AbortController()

const tell = (message: ThreadMessage) => port.postMessage(message)

async function run({ slot, task: name, params }: ThreadRequest): Promise<void> {
  const begin = { startedAt: nowMs(), threadCpuMs: ownCpuMs() }
  if (!slots.begin(slot, begin)) return
  const task = catalogue.get(name)
  const onProgress = (progress: number) => tell({ slot, progress })
  const report: RunReport =
    task === undefined
      ? { ok: false, message: notLoaded(name), startedAt: begin.startedAt, runMs: 0, cpuMs: 0 }
      : await runTask(task, params, { signal, onProgress, begin })
  slots.end(slot, report) // from here on no deadline takes it back
  await Promise.all([printed(process.stdout), printed(process.stderr)])
  tell(report.ok ? report.json : report.message)
}

const notLoaded = (name: string) =>
  `a new thread could not load it: ${mistake || `there is no task ${name} any more`}`

// A reader of the log that stands still holds up one result for so long, and none after it.
const printedWithinMs = 100
const stuck = new Set<NodeJS.WriteStream>()

/** What a task has printed goes through the event loop, which stands still while the thread waits. */
async function printed(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength === 0) return
  if (stuck.has(stream)) return setImmediate()
  stuck.add(stream)
  const out = new Promise<void>((resolve) => void stream.write('', () => resolve()))
  void out.then(() => stuck.delete(stream))
  const enough = new AbortController()
  const waited = setTimeout(printedWithinMs, undefined, enough).catch(() => {})
  await Promise.race([out, waited])
  enough.abort()
}

/**
 * It waits in memory that it shares, not in its event loop: the next run is there a few microseconds sooner,
 * and one that was handed ahead at once.
 */
async function serve(): Promise<never> {
  for (;;) {
    const seen = slots.calls()
    const received = receiveMessageOnPort(port) as { message: ThreadRequest } | undefined
    if (received === undefined) slots.wait(seen)
    else await run(received.message)
  }
}

port.ref() // a task that awaits what never comes does not end its thread
tell({ systemId: ownIds().systemId })
void serve()
