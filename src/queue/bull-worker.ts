import { Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { prefix, queueName } from './keys.ts'

/** What a worker uses of BullMQ's own: all but taking and ending jobs, which end-and-take.ts does. */
export interface BullWorker {
  /** Resolves when Redis has been reached for the first time. */
  ready(): Promise<unknown>
  /** Looks regularly for jobs whose worker has died, and puts them back. */
  watchStalled(): void
  /**
   * Resolves when there may be a job to take, or after a few seconds; at the latest when Redis is back.
   * It has a connection of its own.
   */
  untilMarked(): Promise<void>
  /** From now on nothing is waited for: a mark that comes is another worker's. */
  stopWaiting(): Promise<void>
  handBack(id: string, token: string): Promise<void>
  /** Tells all who follow the job. @param progress is written as JSON */
  tell(id: string, progress: object): Promise<void>
  backend(): ReturnType<Worker['getBackend']>
  close(force: boolean): Promise<void>
}

// Longer, and a connection that died unnoticed would be noticed too late.
const waitS = 5
const retryMs = 500

export function createBullWorker(
  connection: Redis,
  {
    instance,
    lockMs,
    maxStalledCount,
    onError,
  }: {
    instance: string
    lockMs: number
    maxStalledCount: number
    onError: (error: Error) => void
  },
): BullWorker {
  const worker = new Worker(queueName, null, {
    connection,
    prefix,
    name: instance,
    autorun: false,
    lockDuration: lockMs,
    stalledInterval: lockMs / 2,
    maxStalledCount,
  })
  worker.on('error', onError)
  const backend = () => worker.getBackend()
  let closing = false

  async function untilMarked(): Promise<void> {
    try {
      await backend().waitForJob(waitS)
    } catch {
      if (closing) return
      await new Promise((resolve) => setTimeout(resolve, retryMs))
      // As BullMQ's own loop does: its watchdog may have ended the connection.
      if (!closing)
        await backend()
          .reconnectBlocking()
          .catch(() => {})
    }
  }

  return {
    ready: () => worker.waitUntilReady(),
    watchStalled: () => void worker.startStalledCheckTimer().catch(onError),
    untilMarked,
    async handBack(id, token) {
      await backend().moveJobFromActiveToWait(id, token)
    },
    tell: (id, progress) => backend().updateProgress(id, progress),
    backend,
    async stopWaiting() {
      closing = true
      await backend()
        .disconnectBlocking(true)
        .catch(() => {})
    },
    close: (force) => worker.close(force),
  }
}
