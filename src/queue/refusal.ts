import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Errors with which Redis refuses a command for now, and nothing was done: out of memory, disk full, still
 * loading, a replica or short of them, busy with a script. A script that has begun to write is not refused any more, so a
 * refused one has written nothing.
 * https://redis.io/docs/latest/develop/programmability/lua-api/
 */
export function isRefusal(error: unknown): boolean {
  return (
    error instanceof Error &&
    /\b(OOM|MISCONF|LOADING|READONLY|BUSY|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|TRYAGAIN)\b/.test(
      error.message,
    ) &&
    error.name === 'ReplyError'
  )
}

const retryMs = 500

/** Tries again while Redis refuses, until the worker is told to stop. */
export async function tryWhileRefused<T>(
  command: () => Promise<T>,
  { onError, isStopping }: { onError: (error: Error) => void; isStopping: () => boolean },
): Promise<T> {
  for (;;)
    try {
      return await command()
    } catch (error) {
      if (!isRefusal(error) || isStopping()) throw error
      onError(error as Error)
      await sleep(retryMs)
    }
}
