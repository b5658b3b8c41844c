import { subscribe } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { createEventLoopExecutor } from '../executors/event-loop.ts'
import { WorkError } from '../executors/executor.ts'
import { createThreadExecutor } from '../executors/thread.ts'
import { type Catalogue, loadCatalogue } from '../tasks/catalogue.ts'
import type { Task } from '../tasks/define.ts'
import type { LabAnswer, LabRequest, RunRequest, RunResult, Subject } from './lab-messages.ts'
import { observe } from './observe.ts'

/**
 * The process in which the task of `unblock check` is loaded and runs: whatever it does there, the command
 * goes on. It is asked one thing after the other over its channel, and killed when it does not answer.
 */

/** For longer nobody looks whether an ended thread is gone. */
const mostLingerMs = 5000

const subject = JSON.parse(process.argv[2]!) as Subject

// A task may hold this thread for ever: another one looks whether the command is still there.
const watch = `const parent = process.ppid
setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1000)`
new Worker(watch, { eval: true, execArgv: [] }).unref()
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))

/** The threads that there are, but for the one above. */
const threads = new Set<Worker>()
subscribe('worker_threads', (message) => {
  const { worker } = message as { worker: Worker }
  threads.add(worker)
  worker.once('exit', () => threads.delete(worker))
})

const loading = load()
loading.catch(() => {}) // told to who asks
let pool: ReturnType<typeof createThreadExecutor> | undefined

process.on('message', async (request: LabRequest) => {
  const answer: LabAnswer = await respond(request).then(
    (value) => ({ ok: true, value }),
    (error: Error) => ({ ok: false, message: error.message }),
  )
  process.send?.(answer)
})

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
  const { params, timeoutMs } = request
  const watched = observe(task)
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
  return { ...result, ...(observed === undefined ? {} : { observed }) }
}

async function runOnThread(
  task: Task,
  least: Task,
  { params, timeoutMs, abortAfterMs }: RunRequest,
): Promise<RunResult> {
  pool ??= createThreadExecutor({ size: 1, queueLimit: 0, tasksDir: subject.file })
  // So that there is a thread, and the run's time is its own.
  const warmUp = new AbortController()
  await pool.run({ task: least, params: { limit: 2 }, timeoutMs: 60_000, signal: warmUp.signal })
  const thread = [...threads].at(-1)
  const gone =
    thread &&
    new Promise<number>((resolve) => {
      thread.once('exit', () => resolve(performance.now()))
    })
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
  if (result.ok || !['aborted', 'deadline'].includes(result.reason)) return result
  const goneAt = await Promise.race([gone, sleep(mostLingerMs, null, { ref: false })])
  return { ...result, lingeredMs: goneAt ? Math.max(0, goneAt - endedAt) : null }
}

function ill(error: unknown): RunResult {
  if (!(error instanceof WorkError)) throw error
  return { ok: false, reason: error.reason, message: error.message, cpuMs: error.cpuMs }
}
