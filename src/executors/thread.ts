import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { createDeadlines } from './deadlines.ts'
import { type Executor, nowMs, type Outcome, type Work, WorkError } from './executor.ts'
import { createPool, type Pool } from './pool.ts'
import type { Run } from './run.ts'
import type { RunReport } from './run-task.ts'
import { cpuSince } from './thread-cpu.ts'

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
  const runs = new Set<Run>()
  const deadlines = createDeadlines(runs, (run) => void end(run, 'deadline'), nowMs)
  let lastId = 0
  let closing: Promise<void> | undefined
  let pool: Pool | undefined

  function start(): Pool {
    if (pool !== undefined) return pool
    // A loop around `new Array(100).fill(1.5)`, unrolled by the compiler of Node 26, has lost its check
    // for interrupts: its thread could never be ended (measured with 26.10). Other loops do not get slower.
    setFlagsFromString('--no-turboshaft-loop-unrolling')
    pool = createPool({
      size,
      tasksDir,
      onBegin: ({ work }, startedAt) => work.onStart?.(startedAt),
      onProgress: ({ work }, fraction) => work.onProgress?.(fraction),
      onReport,
      onDied: (run, reason) =>
        run.ending === undefined ? fail(run, diedError(run, reason)) : fail(run, endedError(run)),
      onUnsent: (run, { message }) => fail(run, new WorkError('threw', message)),
      onError,
    })
    return pool
  }

  function load(): ThreadLoad {
    const begun = pool?.begun() ?? 0
    // Where a thread has gone on to the next run, the last one may not have been heard of yet.
    return { size, running: Math.min(begun, size), waiting: Math.max(0, runs.size - begun) }
  }

  function expectedWaitMs(): number {
    const ahead = runs.size - size + 1
    return ahead <= 0 ? 0 : (ahead * (pool?.meanRunMs() ?? 0)) / size
  }

  function run(work: Work): Promise<Outcome> {
    if (closing !== undefined || work.signal.aborted)
      return Promise.reject(new WorkError('aborted', 'nobody wants the result'))
    if (runs.size >= size + queueLimit)
      return Promise.reject(new WorkError('full', fullText(runs.size - size)))
    return new Promise((resolve, reject) => {
      const handedOver = nowMs()
      const run: Run = {
        id: ++lastId,
        work,
        handedOver,
        deadline: handedOver + work.timeoutMs,
        resolve,
        reject,
        onAbort: () => void end(run, 'aborted'),
        place: undefined,
        startedAt: undefined,
        ending: undefined,
      }
      runs.add(run)
      deadlines.add(run.deadline)
      work.signal.addEventListener('abort', run.onAbort)
      start().add(run)
    })
  }

  function onReport(run: Run, report: RunReport): void {
    const { startedAt, runMs, cpuMs } = report
    if (run.ending !== undefined) fail(run, endedError(run, cpuMs))
    else if (!report.ok) fail(run, new WorkError('threw', report.message, cpuMs))
    else {
      leave(run)
      const waitMs = Math.max(0, startedAt - run.handedOver)
      run.resolve({ json: report.json, startedAt, waitMs, runMs, cpuMs })
    }
  }

  function fail(run: Run, error: WorkError): void {
    leave(run)
    run.reject(error)
  }

  function leave(run: Run): void {
    runs.delete(run)
    run.work.signal.removeEventListener('abort', run.onAbort)
    if (runs.size === 0) deadlines.rest()
  }

  /** Ends a run whose result nobody will get. */
  async function end(run: Run, why: 'aborted' | 'deadline'): Promise<void> {
    if (run.ending !== undefined) return
    run.ending = why
    const { withdraw, end } = start()
    if (withdraw(run)) return fail(run, endedError(run))
    const cpuMs = await cpuMsOf(run)
    // It may have ended by itself meanwhile: then its report counts, which knows its CPU time.
    if (runs.has(run) && end(run)) fail(run, endedError(run, cpuMs))
  }

  /** The CPU time of a run that has begun, while its thread is still there. */
  function cpuMsOf(run: Run): Promise<number> {
    const { beginningOf, threadOf } = start()
    return cpuSince(beginningOf(run), [threadOf(run)])
  }

  async function closeAll(): Promise<void> {
    if (pool === undefined) return
    for (const run of runs) {
      run.ending ??= 'aborted'
      if (pool.withdraw(run)) fail(run, endedError(run))
    }
    const spent = await Promise.all(
      [...runs].map(async (run) => [run, await cpuMsOf(run)] as const),
    )
    const gone = pool.close()
    for (const [run, cpuMs] of spent) if (runs.has(run)) fail(run, endedError(run, cpuMs))
    await gone
  }

  function close(): Promise<void> {
    closing ??= closeAll()
    return closing
  }

  function startUnlessClosed(): void {
    if (closing === undefined) start()
  }

  return { name: 'thread', start: startUnlessClosed, load, expectedWaitMs, run, close }
}

function endedError({ work, startedAt, ending }: Run, cpuMs = 0): WorkError {
  if (ending !== 'deadline')
    return new WorkError('aborted', 'nobody wanted the result any more', cpuMs)
  return startedAt === undefined
    ? new WorkError('deadline before start', `was not started within ${work.timeoutMs} ms`)
    : new WorkError('deadline', `ran past its deadline of ${work.timeoutMs} ms`, cpuMs)
}

const fullText = (waiting: number) =>
  waiting === 1 ? '1 task waits for a thread already' : `${waiting} tasks wait for a thread already`

function diedError({ startedAt }: Run, error: Error): WorkError {
  const atMostMs = startedAt === undefined ? 0 : nowMs() - startedAt
  if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new WorkError('out of memory', outOfMemory(), atMostMs)
  return new WorkError('thread died', `its thread ended: ${error.message}`, atMostMs)
}

function outOfMemory(): string {
  const mb = Math.round(getHeapStatistics().heap_size_limit / 1024 ** 2)
  return (
    `it needs more memory than a thread here may use (about ${mb} MB): ask for less, or start with ` +
    'a larger NODE_OPTIONS=--max-old-space-size=MB'
  )
}
