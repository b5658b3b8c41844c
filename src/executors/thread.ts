import { setImmediate as nextTurn } from 'node:timers/promises'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { Piscina } from 'piscina'
import { type Executor, nowMs, type Outcome, type Work, WorkError } from './executor.ts'
import { createLine } from './line.ts'
import type { RunReport } from './run-task.ts'
import { type Beginning, cpuSince } from './thread-cpu.ts'
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
  /** A thread has it: it runs, or is about to. */
  onThread: boolean
  startedAt: number | undefined
  /** Told by its thread. */
  beginning?: Beginning
  /** Ends its thread. */
  stop: AbortController
  /** Why it is being ended from outside. */
  ending?: 'aborted' | 'deadline'
  cpuMs: number
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
  const line = createLine(0)
  let lastId = 0
  let started = 0
  let meanRunMs = 0
  let closing: Promise<void> | undefined
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
    // A run is handed to threads that have started only: one that is given up before costs no thread then.
    pool.on('workerCreate', line.leave)
    pool.on('workerDestroy', line.remove)
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
    run.beginning = message
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
    if (closing !== undefined || work.signal.aborted)
      throw new WorkError('aborted', 'nobody wants the result')
    if (runs.size >= size + queueLimit) throw new WorkError('full', fullText(runs.size - size))
    start()
    const id = ++lastId
    const entry: Running = {
      work,
      onThread: false,
      startedAt: undefined,
      stop: new AbortController(),
      cpuMs: 0,
    }
    runs.set(id, entry)
    const handedOver = nowMs()
    const onAbort = () => void end(entry, 'aborted')
    const timer = setTimeout(end, work.timeoutMs, entry, 'deadline')
    work.signal.addEventListener('abort', onAbort, { once: true })
    try {
      const report = await runInTurn({ id, task: work.task.name, params: work.params }, entry)
      begin(entry, report.startedAt)
      entry.cpuMs = report.cpuMs
      if (entry.ending !== undefined) throw endedError(entry, entry.ending)
      if (!report.ok) throw new WorkError('threw', report.message, report.cpuMs)
      const { json, startedAt, runMs, cpuMs } = report
      meanRunMs += (runMs - meanRunMs) / 8
      return { json, startedAt, waitMs: Math.max(0, startedAt - handedOver), runMs, cpuMs }
    } catch (error) {
      if (error instanceof WorkError) throw error
      throw entry.ending === undefined ? diedError(entry, error) : endedError(entry, entry.ending)
    } finally {
      clearTimeout(timer)
      work.signal.removeEventListener('abort', onAbort)
      runs.delete(id)
      if (entry.startedAt !== undefined) started--
    }
  }

  async function runInTurn(request: ThreadRequest, entry: Running): Promise<RunReport> {
    const { signal } = entry.stop
    await line.enter(signal)
    try {
      if (entry.ending !== undefined) throw new Error('came too late')
      entry.onThread = true
      return await start().run(request, { signal })
    } finally {
      line.leave()
    }
  }

  /** Ends a run whose result nobody will get. */
  async function end(entry: Running, why: 'aborted' | 'deadline'): Promise<void> {
    if (entry.ending !== undefined) return
    entry.ending = why
    await measure(entry)
    entry.stop.abort()
  }

  /** Notes the CPU time of a run while its thread is still there. */
  async function measure(entry: Running): Promise<void> {
    if (!entry.onThread) return
    // Its thread may have told that it has begun, and this loop have had no time to listen.
    for (let turns = 0; turns < 2 && entry.beginning === undefined; turns++) await nextTurn()
    if (entry.beginning) entry.cpuMs = await cpuSince(entry.beginning, pool?.threads ?? [])
  }

  async function closeAll(): Promise<void> {
    for (const entry of runs.values()) entry.ending ??= 'aborted'
    line.close()
    await Promise.all([...runs.values()].map(measure))
    await pool?.destroy()
  }

  function close(): Promise<void> {
    closing ??= closeAll()
    return closing
  }

  return { name: 'thread', start: () => void start(), load, expectedWaitMs, run, close }
}

function endedError({ work, startedAt, cpuMs }: Running, why: 'aborted' | 'deadline'): WorkError {
  if (why === 'aborted') return new WorkError(why, 'nobody wanted the result any more', cpuMs)
  return startedAt === undefined
    ? new WorkError('deadline before start', `was not started within ${work.timeoutMs} ms`)
    : new WorkError(why, `ran past its deadline of ${work.timeoutMs} ms`, cpuMs)
}

const fullText = (waiting: number) =>
  waiting === 1 ? '1 task waits for a thread already' : `${waiting} tasks wait for a thread already`

function diedError({ startedAt }: Running, error: unknown): WorkError {
  const atMostMs = startedAt === undefined ? 0 : nowMs() - startedAt
  if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new WorkError('out of memory', outOfMemory(), atMostMs)
  const detail = error instanceof Error ? error.message : String(error)
  return new WorkError('thread died', `its thread ended: ${detail}`, atMostMs)
}

function outOfMemory(): string {
  const mb = Math.round(getHeapStatistics().heap_size_limit / 1024 ** 2)
  return (
    `it needs more memory than a thread here may use (about ${mb} MB): ask for less, or start with ` +
    'a larger NODE_OPTIONS=--max-old-space-size=MB'
  )
}
