import type { Log } from './log.ts'

/**
 * The life of a server or worker process: it announces that it is ready, and stops once, in order,
 * when it is told to. Told by SIGTERM or SIGINT, or by the launcher's end of the channel closing:
 * then the launcher is dead, and nobody else would stop this process.
 */
export interface Lifecycle {
  /** Tells the launcher, where there is one, that this instance serves. */
  ready(): void
  /** Resolves when the process has been told to stop, with the reason. */
  readonly told: Promise<string>
}

/**
 * Runs `stop` when the process is told to, then exits: 0 when it stopped in time, 1 when it did not
 * within `deadlineMs` or failed. A second signal exits at once with 130.
 */
export function stopWhenTold(
  stop: (reason: string) => Promise<void>,
  { log, deadlineMs }: { log: Log; deadlineMs: number },
): Lifecycle {
  const { promise: told, resolve } = Promise.withResolvers<string>()
  let stopping = false
  const tell = (reason: string) => {
    if (stopping) {
      if (reason !== 'launcher is gone') process.exit(130)
      return
    }
    stopping = true
    log.draining(reason)
    resolve(reason)
    setTimeout(() => {
      log.trouble('stopping', new Error(`not done after ${deadlineMs} ms, giving up`))
      process.exit(1)
    }, deadlineMs).unref()
    stop(reason).then(
      () => {
        log.stopped()
        process.exit(0)
      },
      (error) => {
        log.trouble('stopping', error)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', tell)
  process.on('SIGINT', tell)
  process.once('disconnect', () => tell('launcher is gone'))
  return {
    ready() {
      // A launcher that is gone by now need not know; its channel has told us.
      process.send?.({ type: 'ready' }, undefined, undefined, () => {})
    },
    told,
  }
}
