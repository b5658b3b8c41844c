import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** The next message of a child process. Rejects when it ends before. */
export async function nextMessage<T>(child: ChildProcess): Promise<T> {
  const over = new AbortController()
  const { signal } = over
  const ended = once(child, 'exit', { signal }).then(([code, by]) => {
    throw new Error(`${child.spawnargs.slice(0, 2).join(' ')} ended: ${by ?? `exit code ${code}`}`)
  })
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), ended])
    return message
  } finally {
    over.abort()
    ended.catch(() => {})
  }
}
