import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { Run } from './run.ts'
import type { RunReport } from './run-task.ts'
import { createSlots, slotMemory } from './slots.ts'
import type { Beginning } from './thread-cpu.ts'
import type { ThreadData, ThreadMessage, ThreadRequest } from './thread-main.ts'

/** The event loop's side of one thread of a pool, and of the runs that were handed to it. */
export interface PoolThread {
  readonly worker: Worker
  /** It has come so far that it takes runs. */
  readonly isStarted: boolean
  /** It is, and there is room. */
  readonly takesMore: boolean
  /** Runs that are there, in the order in which they will begin; the first may have begun. */
  readonly runs: readonly Run[]
  /** Where it takes more. @throws where the parameters cannot be sent */
  hand(run: Run): void
  /** @returns whether the run has not begun, and will not begin here */
  takeBack(run: Run): boolean
  /** Undefined where the run has not begun. */
  beginningOf(run: Run): Beginning | undefined
  /** Whether a run that was handed to it has ended by itself: its report is there, or about to be. */
  isOver(run: Run): boolean
  /** Tells now what there is to hear, not only when the event loop comes to it. */
  hear(): void
  /** Ends what runs there; nothing is told any more. Resolves when the thread is gone. */
  end(): Promise<unknown>
}

export interface ThreadEvents {
  onReady(): void
  /** All that there was to hear at once has been heard. */
  onReports(): void
  onReport(run: Run, report: RunReport): void
  onProgress(run: Run, fraction: number): void
  /** It ended by itself, with the runs that are still there. */
  onExit(reason: Error): void
}

export function startThread(tasksDir: string, events: ThreadEvents): PoolThread {
  const memory = slotMemory()
  const slots = createSlots(memory)
  const { port1: port, port2 } = new MessageChannel()
  const workerData: ThreadData = { tasksDir, port: port2, memory }
  const worker = new Worker(new URL('./thread-start.ts', import.meta.url), {
    workerData,
    transferList: [port2],
  })
  const runs: Run[] = []
  let systemId: number | undefined
  let ended = false
  let error: unknown

  worker.on('error', (reason) => {
    error = reason
  })
  worker.on('exit', (code) => {
    if (ended) return
    hearAll()
    ended = true
    port.close()
    events.onExit(error instanceof Error ? error : new Error(exitText(code, error)))
  })
  port.on('message', (message: ThreadMessage) => {
    if (ended) return
    hear(message)
    hearAll()
    events.onReports()
  })
  // Who waits for a run keeps the process alive; a pool does not.
  port.unref()
  worker.unref()

  /** Without a turn of the event loop for each. */
  function hearAll(): void {
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port))
      hear(next.message)
  }

  function hear(message: ThreadMessage): void {
    if (typeof message === 'string') hearReport(message)
    else if ('progress' in message) {
      const run = runs.find(({ place }) => place?.slot === message.slot)
      if (run !== undefined) events.onProgress(run, message.progress)
    } else {
      systemId = message.systemId
      events.onReady()
    }
  }

  function hearReport(text: string): void {
    const run = runs.shift()! // they end in their order
    const { slot } = run.place!
    const { startedAt } = slots.begun(slot)!
    const { ok, runMs, cpuMs } = slots.spent(slot)
    const spent = { startedAt, runMs, cpuMs }
    events.onReport(run, ok ? { ok, json: text, ...spent } : { ok, message: text, ...spent })
    slots.free(slot) // not before: who hears of it may look where it began
  }

  const thread: PoolThread = {
    worker,
    get isStarted() {
      return systemId !== undefined
    },
    get takesMore() {
      return systemId !== undefined && slots.hasFree()
    },
    runs,
    hand(run) {
      const slot = slots.take()
      const { task, params } = run.work
      try {
        port.postMessage({ slot, task: task.name, params } satisfies ThreadRequest)
      } catch (error) {
        slots.free(slot)
        throw error
      }
      slots.call()
      run.place = { thread, slot }
      runs.push(run)
    },
    takeBack(run) {
      if (!slots.takeBack(run.place!.slot)) return false
      runs.splice(runs.indexOf(run), 1)
      run.place = undefined
      return true
    },
    beginningOf(run) {
      const begin = slots.begun(run.place!.slot)
      return begin && { ...begin, threadId: worker.threadId, systemId: systemId ?? 0 }
    },
    hear: hearAll,
    isOver: (run) => slots.isOver(run.place!.slot),
    end() {
      ended = true
      port.close()
      return worker.terminate()
    },
  }
  return thread
}

const exitText = (code: number, error: unknown) =>
  error === undefined ? `worker exited with code: ${code}` : String(error)
