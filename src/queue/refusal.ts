/**
 * Errors with which Redis refuses a command for now, and nothing was done: out of memory, disk full, still
 * loading, a replica, busy with a script. A script that has begun to write is not refused any more, so a
 * refused one has written nothing.
 * https://redis.io/docs/latest/develop/programmability/lua-api/
 */
export function isRefusal(error: unknown): boolean {
  return (
    error instanceof Error &&
    /\b(OOM|MISCONF|LOADING|READONLY|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)\b/.test(error.message) &&
    error.name === 'ReplyError'
  )
}
