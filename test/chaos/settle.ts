import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from './client.ts'
import type { Ledger } from './ledger.ts'
import { Tally } from './tally.ts'
import { Watching } from './watching.ts'

const AT_ONCE = 16

/**
 * Asks for every job that is open until it has ended, for at most `withinMs`; then once more for all of
 * them, since an end is for good. What has not ended by then is stuck.
 * @param again whether ended jobs are still kept, so that they can be asked for again
 */
export async function settle(
  client: Client,
  ledger: Ledger,
  { withinMs, again = true }: { withinMs: number; again?: boolean },
): Promise<void> {
  const signal = AbortSignal.timeout(withinMs)
  const tally = new Tally() // these looks are no part of the load
  const watching = new Watching(client, ledger, tally, signal)
  while (ledger.openCount > 0 && !signal.aborted) {
    await lookAtAll(watching, ledger.open(), 'settling', signal)
    if (ledger.openCount > 0) await sleep(500)
  }
  ledger.giveUp()
  // With time of its own: it must not be left out because settling took long.
  if (again) {
    const last = AbortSignal.timeout(withinMs)
    const lastly = new Watching(client, ledger, tally, last)
    await lookAtAll(lastly, ledger.ids(), 'last look', last)
  }
}

/** A few at a time: the ledger may be long. */
async function lookAtAll(
  watching: Watching,
  ids: string[],
  by: string,
  signal: AbortSignal,
): Promise<void> {
  const left = ids.values()
  const lookOn = async () => {
    for (const id of left)
      while (!signal.aborted && !(await watching.look(id, by))) await sleep(300)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lookOn))
}
