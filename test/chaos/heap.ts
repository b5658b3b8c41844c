import { get } from 'node:http'
import { text } from 'node:stream/consumers'

const ANSWER_MS = 5000

/** What an instance's main thread has in its heap, by its own metrics; undefined if it does not answer. */
export function heapBytes(socketPath: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(ANSWER_MS)
    const asked = get({ socketPath, path: '/metrics', agent: false, signal }, async (answer) => {
      const metrics = await text(answer).catch(() => '')
      const used = /^nodejs_heap_size_used_bytes\S* (\S+)$/m.exec(metrics)?.[1]
      resolve(used === undefined ? undefined : Number(used))
    })
    asked.on('error', () => resolve(undefined))
  })
}
