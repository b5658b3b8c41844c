import { EXIT_INTERRUPTED } from './exit-codes.ts'

/**
 * One Ctrl-C may arrive more than once: from the terminal, from npm and from the wrapper. What
 * follows the first within this time is the same.
 */
const SAME_PRESS_MS = 200

/**
 * Calls `told` when this process is to stop: by a signal, because the process that started it has
 * died (its channel closes), or because nobody reads its output any more. The first call is `again:
 * false`, those after it `again: true`.
 */
export function onStopRequest(told: (reason: string, again: boolean) => void): void {
  let first: number | undefined
  let last = Number.NEGATIVE_INFINITY
  const tell = (reason: string) => {
    const now = performance.now()
    if (now - last < SAME_PRESS_MS) return
    last = now
    told(reason, first !== undefined)
    first ??= now
  }
  const once = (reason: string) => {
    if (first === undefined) tell(reason)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)
    process.on(signal, () => tell(signal))
  const orphaned = () => once('its starter is gone')
  process.on('disconnect', orphaned)
  process.channel?.unref() // to listen to it keeps nobody alive who has done with his work
  if (process.connected === false) setImmediate(orphaned) // it died while this was loading
  process.stdout.on('error', () => once('nobody reads its output'))
  process.stderr.on('error', () => {})
}

/** The first request to stop aborts what goes on, which keeps what there is; another one ends the process. */
export function stopOnSignal(): AbortSignal {
  const stop = new AbortController()
  onStopRequest((_reason, again) => {
    if (again) process.exit(EXIT_INTERRUPTED)
    stop.abort()
  })
  return stop.signal
}
