import { setFlagsFromString } from 'node:v8'
import { Piscina } from 'piscina'
import { type Executor, nowMs, type Outcome, type Work, WorkError } from './executor.ts'
import { createLine } from './line.ts'
import type { RunReport } from './run-task.ts'
import type { ThreadData, ThreadMessage, ThreadRequest } from './thread-main.ts'

export interface ThreadOptions {
  /** Threads, all started at once and replaced when they end. */
  size: number
  /** Runs that may wait for a thread; more are refused. */
  queueLimit: number
  /** The folder of the user's own tasks, or ''. */
  tasksDir: string
  /** A thread died with no run on it. */
  onError?(error: Error): void
}

/** The state of a pool: tasks that run, tasks that wait. */
export interface ThreadLoad {
  size: number
  running: number
  waiting: number
}

export interface ThreadExecutor extends Executor {
  readonly name: 'thread'
  /** Starts the threads, which takes them a moment; the first run does it too. */
  start(): void
  load(): ThreadLoad
  /** How long a run handed over now would wait for a thread, in milliseconds, by recent runs. */
  expectedWaitMs(): number
  /** Ends all threads, and the runs on them with 'aborted'. */
  close(): Promise<void>
}

/** What is known of a run between hand-over and end. */
interface Running {
  work: Work
  startedAt: number | undefined
}

// Below the event loop, Redis and nginx, so that these answer while every core computes: p90 of a
// light request was 2.0 ms at equal priority and 0.46 ms so. On Linux a thread has its own niceness;
// elsewhere it is the whole process's, which must not fall behind.
const niceIncrement = process.platform === 'linux' ? 19 : 0

/**
 * Runs tasks on a pool of threads. The event loop stays free, and a run can be ended at any time,
 * without the task's cooperation: its thread is ended, and replaced.
 */
export function createThreadExecutor({
  size,
  queueLimit,
  tasksDir,
  onError = () => {},
}: ThreadOptions): ThreadExecutor {
  const runs = new Map<number, Running>()
  const line = createLine(size)
  let lastId = 0
  let started = 0
  let meanRunMs = 0
  let closed = false
  let pool: Piscina<ThreadRequest, RunReport> | undefined

  function start(): Piscina<ThreadRequest, RunReport> {
    if (pool !== undefined) return pool
    // A loop around `new Array(100).fill(1.5)`, unrolled by the compiler of Node 26, has lost its check
    // for interrupts: its thread could never be ended (measured with 26.10). Other loops do not get slower.
    setFlagsFromString('--no-turboshaft-loop-unrolling')
    pool = new Piscina<ThreadRequest, RunReport>({
      filename: new URL('./thread-main.ts', import.meta.url).href,
      minThreads: size,
      maxThreads: size,
      niceIncrement,
      recordTiming: false,
      workerHistogram: false,
      workerData: { tasksDir } satisfies ThreadData,
    })
    pool.on('message', onMessage)
    pool.on('error', onError)
    return pool
  }

  function onMessage(message: ThreadMessage): void {
    const run = runs.get(message.id)
    if (run === undefined) return
    if ('progress' in message) {
      run.work.onProgress?.(message.progress)
      return
    }
    begin(run, message.startedAt)
  }

  /** Known from the thread's message, or from its report where that comes first. */
  function begin(run: Running, startedAt: number): void {
    if (run.startedAt !== undefined) return
    run.startedAt = startedAt
    started++
    run.work.onStart?.(startedAt)
  }

  function load(): ThreadLoad {
    return { size, running: started, waiting: runs.size - started }
  }

  function expectedWaitMs(): number {
    const ahead = runs.size - size + 1
    return ahead <= 0 ? 0 : (ahead * meanRunMs) / size
  }

  async function run(work: Work): Promise<Outcome> {
    if (closed || work.signal.aborted) throw new WorkError('aborted', 'nobody wants the result')
    if (runs.size >= size + queueLimit)
      throw new WorkError('full', `${runs.size - size} tasks wait for a thread already`)
    const id = ++lastId
    const entry: Running = { work, startedAt: undefined }
    runs.set(id, entry)
    const handedOver = nowMs()
    const stop = new AbortController()
    const onAbort = () => stop.abort('aborted')
    const timer = setTimeout(() => stop.abort('deadline'), work.timeoutMs)
    work.signal.addEventListener('abort', onAbort, { once: true })
    try {
      const report = await runInTurn({ id, task: work.task.name, params: work.params }, stop.signal)
      begin(entry, report.startedAt)
      if (!report.ok) throw new WorkError('threw', report.message)
      const { json, startedAt, runMs, cpuMs } = report
      meanRunMs += (runMs - meanRunMs) / 8
      return { json, startedAt, waitMs: Math.max(0, startedAt - handedOver), runMs, cpuMs }
    } catch (error) {
      throw asWorkError(error, { reason: closed ? 'aborted' : stop.signal.reason, entry })
    } finally {
      clearTimeout(timer)
      work.signal.removeEventListener('abort', onAbort)
      runs.delete(id)
      if (entry.startedAt !== undefined) started--
    }
  }

  async function runInTurn(request: ThreadRequest, signal: AbortSignal): Promise<RunReport> {
    await line.enter(signal)
    try {
      if (closed) throw new Error('closed')
      return await start().run(request, { signal })
    } finally {
      line.leave()
    }
  }

  async function close(): Promise<void> {
    closed = true
    line.close()
    await pool?.destroy()
  }

  return { name: 'thread', start: () => void start(), load, expectedWaitMs, run, close }
}

function asWorkError(
  error: unknown,
  { reason, entry }: { reason: unknown; entry: Running },
): WorkError {
  if (error instanceof WorkError) return error
  const { work, startedAt } = entry
  if (reason === 'deadline') {
    return startedAt === undefined
      ? new WorkError('deadline before start', `was not started within ${work.timeoutMs} ms`)
      : new WorkError('deadline', `ran past its deadline of ${work.timeoutMs} ms`)
  }
  if (reason === 'aborted') return new WorkError('aborted', 'nobody wanted the result any more')
  const detail = error instanceof Error ? error.message : String(error)
  return new WorkError('thread died', `its thread ended: ${detail}`)
}
