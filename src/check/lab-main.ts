import { subscribe } from 'node:diagnostics_channel'
import { extname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { createEventLoopExecutor } from '../executors/event-loop.ts'
import { WorkError } from '../executors/executor.ts'
import { createThreadExecutor, type ThreadExecutor } from '../executors/thread.ts'
import { firstLine } from '../load-error.ts'
import { type Catalogue, loadCatalogue } from '../tasks/catalogue.ts'
import type { Task } from '../tasks/define.ts'
import { promisedMs } from './ended.ts'
import type {
  LabAnswer,
  LabMessage,
  LabRequest,
  RunRequest,
  RunResult,
  Subject,
} from './lab-messages.ts'
import { observe } from './observe.ts'
import { killLab, type LabIdentity, processesOf } from './processes.ts'

/**
 * The process in which the task of `unblock check` is loaded and runs: whatever it does there, the command
 * goes on. It is asked one thing after the other over its channel, and killed when it does not answer.
 */

/** For longer nobody looks whether an ended thread is gone. */
const mostLingerMs = 5000

const { subject, mark } = JSON.parse(process.argv[2]!) as { subject: Subject; mark: string }
const self: LabIdentity = { pid: process.pid, mark }

// A task may hold this thread for ever: another one looks whether the command is still there.
const watch = new URL(`./lab-watch${extname(import.meta.filename)}`, import.meta.url)
new Worker(watch, { workerData: { parent: process.ppid, lab: self }, execArgv: [] }).unref()
process.on('disconnect', () => killLab(self))

// As it would end a server or worker: but why is told first.
process.on('uncaughtException', (error) => {
  tell({ uncaught: `an error that nobody has caught: ${firstLine(error)}` }, () => process.exit(1))
})

/** The threads that there are, but for the one above. */
const threads = new Set<Worker>()
const errors = new WeakMap<Worker, Error>()
subscribe('worker_threads', (message) => {
  const { worker } = message as { worker: Worker }
  threads.add(worker)
  worker.once('error', (error) => errors.set(worker, error as Error))
  worker.once('exit', () => threads.delete(worker))
})

const loading = load()
loading.catch(() => {}) // told to who asks
let pool: ThreadExecutor | undefined

process.on('message', async (request: LabRequest) => {
  const answer: LabAnswer = await respond(request).then(
    (value) => ({ ok: true, value }),
    (error: Error) => ({ ok: false, message: error.message }),
  )
  tell(answer)
})

function tell(message: LabMessage, told = () => {}): void {
  if (process.connected) process.send?.(message, told)
  else told()
}

async function load(): Promise<{ catalogue: Catalogue; task: Task }> {
  const catalogue = await loadCatalogue(subject.file, { check: true, oneFile: true })
  const task = subject.task === undefined ? catalogue.list().at(-1) : catalogue.get(subject.task)
  if (task === undefined) throw new Error(`there is no task ${subject.task}`)
  return { catalogue, task }
}

async function respond(request: LabRequest) {
  const { catalogue, task } = await loading
  const { name, params, timeoutMs, cost } = task
  if (request.kind === 'costs') return request.params.map((each) => task.cost?.(each) ?? 0)
  if (request.kind === 'run')
    return request.on === 'thread'
      ? runOnThread(task, catalogue.default, request)
      : runOnEventLoop(task, request)
  return {
    name,
    params: params as unknown as { properties: Record<string, object> },
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    hasCost: cost !== undefined,
  }
}

async function runOnEventLoop(task: Task, request: RunRequest): Promise<RunResult> {
  const { params, timeoutMs, settleMs } = request
  const watched = observe(task)
  const newProcesses = watchProcesses()
  let reports = 0
  const result = await createEventLoopExecutor(() => {})
    .run({
      task: watched.task,
      params,
      timeoutMs,
      signal: new AbortController().signal,
      onProgress: () => reports++,
    })
    .then(({ json, runMs, cpuMs }): RunResult => ({ ok: true, json, runMs, cpuMs, reports }), ill)
  const observed = watched.observed()
  const early = { ...result, ...(observed === undefined ? {} : { observed }) }
  if (settleMs === undefined) return early
  tell({ early })
  await sleep(settleMs)
  return { ...early, processes: newProcesses() }
}

async function runOnThread(
  task: Task,
  least: Task,
  { params, timeoutMs, abortAfterMs }: RunRequest,
): Promise<RunResult> {
  pool ??= createThreadExecutor({ size: 1, queueLimit: 0, tasksDir: subject.file })
  await warmUp(pool, least)
  const thread = [...threads].at(-1)!
  const gone = new Promise<number>((resolve) => {
    thread.once('exit', () => resolve(performance.now()))
  })
  const newProcesses = watchProcesses()
  const left = new AbortController()
  let endedAt = performance.now() + timeoutMs
  let reports = 0
  let timer: NodeJS.Timeout | undefined
  const result = await pool
    .run({
      task,
      params,
      timeoutMs,
      signal: left.signal,
      onProgress: () => reports++,
      onStart() {
        if (abortAfterMs === undefined) return
        timer = setTimeout(() => {
          endedAt = performance.now()
          left.abort()
        }, abortAfterMs)
      },
    })
    .then(({ json, runMs, cpuMs }): RunResult => ({ ok: true, json, runMs, cpuMs, reports }), ill)
  clearTimeout(timer)
  if (!result.ok && ['aborted', 'deadline'].includes(result.reason)) {
    const goneAt = await Promise.race([gone, sleep(mostLingerMs, null, { ref: false })])
    const lingeredMs = goneAt ? Math.max(0, goneAt - endedAt) : null
    // As its thread, a process that it has started has so long to end.
    if (newProcesses().length > 0)
      await sleep(Math.max(0, endedAt + promisedMs - performance.now()))
    return { ...result, lingeredMs, processes: newProcesses() }
  }
  if (!result.ok && result.reason === 'thread died' && errors.has(thread))
    return { ...result, uncaught: true }
  return result
}

/** So that there is a thread, and the run's time is its own. */
async function warmUp(pool: ThreadExecutor, least: Task): Promise<void> {
  const { signal } = new AbortController()
  const work = { task: least, params: { limit: 2 }, timeoutMs: 60_000, signal }
  // What a run before has left may end the thread.
  for (let tries = 3; ; tries--)
    try {
      await pool.run(work)
      return
    } catch (error) {
      if (tries === 1) throw error
    }
}

/** Says of which names the processes are that there are now, and were not before. */
function watchProcesses(): () => string[] {
  const before = new Set(processesOf(self).map(({ pid }) => pid))
  return () =>
    processesOf(self)
      .filter(({ pid }) => !before.has(pid))
      .map(({ name }) => name)
}

function ill(error: unknown): RunResult {
  if (!(error instanceof WorkError)) throw error
  return { ok: false, reason: error.reason, message: error.message, cpuMs: error.cpuMs }
}
