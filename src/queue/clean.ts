import { setTimeout as sleep } from 'node:timers/promises'

/** The part of BullMQ's queue and worker that is needed here. */
export interface Cleanable {
  cleanJobsByState(state: string, before: number, limit: number): Promise<string[]>
}

const everyMs = 5000
// A step in Redis of about a millisecond: longer ones would hold up everybody else.
const atATime = 100
const pauseMs = 10

/**
 * Forgets jobs that have been over for `resultTtlS`, every few seconds.
 *
 * @returns ends it
 */
export function cleanRegularly(
  open: () => Promise<Cleanable | undefined>,
  resultTtlS: number,
): () => void {
  const clean = async () => {
    const backend = await open()
    if (backend !== undefined) await forgetOld(backend, resultTtlS)
  }
  // Redis may be away: it will be there another minute.
  const timer = setInterval(() => void clean().catch(() => {}), everyMs).unref()
  return () => clearInterval(timer)
}

/** Forgets the jobs that have been over for `resultTtlS`, and no other. */
export async function forgetOld(backend: Cleanable, resultTtlS: number): Promise<void> {
  const before = Date.now() - resultTtlS * 1000
  for (const state of ['completed', 'failed'])
    while ((await backend.cleanJobsByState(state, before, atATime)).length === atATime)
      await sleep(pauseMs)
}
