import type { Log } from './log.ts'

/**
 * The life of a server or worker process: it announces that it is ready, and stops once, in order,
 * when it is told to. Told by SIGTERM, or by SIGINT where no launcher has started it; or by the launcher's
 * end of the channel closing: then the launcher is dead, and nobody else would stop this process.
 */
export interface Lifecycle {
  /** Tells the launcher, where there is one, that this instance serves. */
  ready(): void
  /** Resolves when the process has been told to stop, with the reason. */
  readonly told: Promise<string>
}

/** How an instance was started. */
export interface InstanceOptions {
  /** By the launcher of the local stack, which decides what the signals of the terminal mean. */
  underLauncher?: true
}

const sameSignalMs = 200
const ofTerminal = ['SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGTSTP'] as const

/**
 * Runs `stop` when the process is told to, then exits: 0 when it stopped in time, 1 when it did not
 * within `deadlineMs` or failed. A second signal exits at once with 130.
 */
export function stopWhenTold(
  stop: (reason: string) => Promise<void>,
  { log, deadlineMs, underLauncher }: InstanceOptions & { log: Log; deadlineMs: number },
): Lifecycle {
  const { promise: told, resolve } = Promise.withResolvers<string>()
  let toldAt: number | undefined
  const tell = (reason: string) => {
    const now = performance.now()
    if (toldAt !== undefined) {
      // One Ctrl-C may arrive two or three times: from the terminal, from npm, from a wrapper.
      if (reason !== 'launcher is gone' && now - toldAt > sameSignalMs) process.exit(130)
      return
    }
    toldAt = now
    log.draining(reason)
    resolve(reason)
    setTimeout(() => {
      log.trouble('stopping', new Error(`not done after ${deadlineMs} ms, giving up`))
      process.exit(1)
    }, deadlineMs).unref()
    stop(reason)
      .then(
        () => {
          log.stopped()
          return 0
        },
        (error) => {
          log.trouble('stopping', error)
          return 1
        },
      )
      .then(async (code) => {
        await log.flush()
        process.exit(code)
      })
  }
  process.on('SIGTERM', tell)
  // They reach every process in the foreground of a terminal.
  if (underLauncher) for (const signal of ofTerminal) process.on(signal, () => {})
  else process.on('SIGINT', tell)
  process.once('disconnect', () => tell('launcher is gone'))
  // It may have died while this process was still loading.
  if (process.connected === false) setImmediate(tell, 'launcher is gone')
  return {
    ready() {
      // A launcher that is gone by now need not know; its channel has told us.
      process.send?.({ type: 'ready' }, undefined, undefined, () => {})
    },
    told,
  }
}
