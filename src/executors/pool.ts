import { nowMs } from './executor.ts'
import { createLine } from './line.ts'
import { type PoolThread, startThread } from './pool-thread.ts'
import type { Run } from './run.ts'
import type { RunReport } from './run-task.ts'
import type { Beginning } from './thread-cpu.ts'

/** The threads, replaced when they end, and which run goes to which of them. */
export interface Pool {
  add(run: Run): void
  /** @returns whether the run had not begun, and never will */
  withdraw(run: Run): boolean
  /** Of a run that has begun, also where nobody was told yet. */
  beginningOf(run: Run): Beginning
  threadOf(run: Run): PoolThread['worker']
  /** Ends a run that has begun, with its thread. @returns false where it has just ended by itself, and its report comes */
  end(run: Run): boolean
  /** How many runs have begun; those who wait to hear of it are told. */
  begun(): number
  /** Of recent runs that ended well; undefined before the first one. */
  meanRunMs(): number | undefined
  /** Ends all threads, and tells nothing of the runs there. */
  close(): Promise<void>
}

export interface PoolOptions {
  size: number
  tasksDir: string
  onBegin(run: Run, startedAt: number): void
  onProgress(run: Run, fraction: number): void
  onReport(run: Run, report: RunReport): void
  /** Its thread ended under it. */
  onDied(run: Run, reason: Error): void
  /** It could not be handed to a thread. */
  onUnsent(run: Run, reason: Error): void
  /** A thread died with no run on it. */
  onError(reason: Error): void
}

// Work that is handed to a thread ahead, so that it does not stand idle until this loop has heard of a run's
// end: which takes 0.1 ms of CPU time, and on busy cores a few ms until it comes to it.
const aheadMs = 15
const mostAhead = 3
/** How often it is looked at what nobody tells: that a run has begun, or turns out long. */
const lookEveryMs = aheadMs
/** A thread that ends before it has started would do so again. */
const retryAfterMs = 1000

export function createPool(options: PoolOptions): Pool {
  const { size, tasksDir } = options
  const threads = new Set<PoolThread>()
  const line = createLine<Run>()
  let meanRunMs: number | undefined
  let nextLook: NodeJS.Timeout | undefined
  let nextSharing: NodeJS.Immediate | undefined
  let closed = false

  for (let count = 0; count < size; count++) start()

  function start(): void {
    if (closed) return
    const thread = startThread(tasksDir, {
      onReady: handOut,
      onReport(run, report) {
        if (report.ok) meanRunMs = (meanRunMs ?? report.runMs) * (7 / 8) + report.runMs / 8
        tellBegin(run, report.startedAt)
        options.onReport(run, report)
      },
      onReports() {
        lookAt(thread)
        handOut()
        // Only in the next turn: those who hear of what has just ended may come with more.
        if (thread.runs.length === 0) nextSharing ??= setImmediate(share)
      },
      onProgress(run, fraction) {
        lookAt(thread)
        options.onProgress(run, fraction)
      },
      onExit: (reason) => replace(thread, reason),
    })
    threads.add(thread)
  }

  function handOut(): void {
    while (line.size > 0) {
      const thread = leastBusy()
      if (thread === undefined) return
      hand(line.take()!, thread)
    }
  }

  /** Undefined where none is to be handed more. */
  function leastBusy(): PoolThread | undefined {
    let least: PoolThread | undefined
    let fewest = mostAtOnce(meanRunMs)
    for (const thread of threads) {
      const count = thread.runs.length
      if (count >= fewest || (count > 0 && isLong(thread.runs[0]!)) || !thread.takesMore) continue
      least = thread
      fewest = count
    }
    return least
  }

  function hand(run: Run, thread: PoolThread): void {
    try {
      thread.hand(run)
      nextLook ??= setTimeout(look, lookEveryMs).unref()
    } catch (reason) {
      options.onUnsent(run, reason as Error)
    }
  }

  function tellBegin(run: Run, startedAt: number): void {
    if (run.startedAt !== undefined) return
    run.startedAt = startedAt
    options.onBegin(run, startedAt)
  }

  function lookAt({ runs, beginningOf }: PoolThread): void {
    const [first] = runs
    if (first === undefined || first.startedAt !== undefined) return
    const begin = beginningOf(first)
    if (begin !== undefined) tellBegin(first, begin.startedAt)
  }

  function look(): void {
    nextLook = undefined
    for (const thread of threads) {
      lookAt(thread)
      const [first] = thread.runs
      if (first !== undefined && isLong(first)) sendBack(thread.runs.slice(1), thread)
    }
    handOut()
    const isUnknown = ({ runs }: PoolThread) => runs.at(-1)?.startedAt === undefined
    if ([...threads].some((each) => each.runs.length > 0 && isUnknown(each)))
      nextLook ??= setTimeout(look, lookEveryMs).unref()
  }

  /** Those that have begun stay where they are. */
  function sendBack(runs: readonly Run[], thread: PoolThread): void {
    for (const run of [...runs]) if (thread.takeBack(run)) line.addBack(run)
  }

  /** A thread that has nothing takes what waits behind others. */
  function share(): void {
    nextSharing = undefined
    for (const idle of threads) {
      if (idle.runs.length > 0 || !idle.takesMore) continue
      const busiest = [...threads].reduce((a, b) => (b.runs.length > a.runs.length ? b : a))
      const last = busiest.runs.at(-1)
      if (last === undefined || busiest.runs.length < 2) return
      if (busiest.takeBack(last)) hand(last, idle)
    }
  }

  /** It has ended by itself, and the run on it; those that had not begun go to another one. */
  function replace(thread: PoolThread, reason: Error): void {
    threads.delete(thread)
    sendBack(thread.runs, thread)
    const died = [...thread.runs]
    for (const run of died) {
      const { startedAt } = thread.beginningOf(run)!
      tellBegin(run, startedAt)
      options.onDied(run, reason)
    }
    if (died.length === 0) options.onError(reason)
    if (thread.isStarted) start()
    else setTimeout(start, retryAfterMs).unref()
    handOut()
  }

  function end(run: Run): boolean {
    const { thread } = run.place!
    // Those before it are over, and their reports must not be lost with the thread.
    thread.hear()
    // From now on nothing else begins there; unless it has already, as this one was over.
    sendBack(thread.runs, thread)
    const ends = thread.runs.includes(run) && !thread.isOver(run)
    if (ends) {
      threads.delete(thread)
      void thread.end()
      start()
    }
    handOut()
    return ends
  }

  async function close(): Promise<void> {
    closed = true
    clearTimeout(nextLook)
    clearImmediate(nextSharing)
    const all = [...threads]
    threads.clear()
    await Promise.all(all.map((thread) => thread.end()))
  }

  return {
    add(run) {
      line.add(run)
      handOut()
    },
    withdraw: (run) => (run.place ? run.place.thread.takeBack(run) : line.remove(run)),
    beginningOf(run) {
      const beginning = run.place!.thread.beginningOf(run)!
      tellBegin(run, beginning.startedAt)
      return beginning
    },
    threadOf: (run) => run.place!.thread.worker,
    end,
    begun() {
      const all = [...threads]
      for (const thread of all) lookAt(thread)
      const hasBegun = (run: Run) => run.place!.thread.beginningOf(run) !== undefined
      return all.flatMap(({ runs }) => runs.filter(hasBegun)).length
    },
    meanRunMs: () => meanRunMs,
    close,
  }
}

const isLong = ({ startedAt }: Run) => startedAt !== undefined && nowMs() - startedAt > aheadMs

/** Runs that a thread is handed at a time: of short ones more. */
function mostAtOnce(meanRunMs: number | undefined): number {
  if (meanRunMs === undefined) return 1
  return 1 + Math.min(mostAhead, Math.floor(aheadMs / Math.max(meanRunMs, 0.001)))
}
