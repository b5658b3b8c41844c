import { setTimeout as sleep } from 'node:timers/promises'
import type { Supervised } from './supervised.ts'

/** Tells it to stop, and kills what has not ended after `ms`. Resolves when it has ended. */
export async function stopWithin(ms: number, process: Supervised): Promise<void> {
  const over = new AbortController()
  const tooLong = sleep(ms, 'too long', { ref: false, signal: over.signal }).catch(() => {})
  if ((await Promise.race([process.stop(), tooLong])) === 'too long') await process.kill()
  over.abort()
}
