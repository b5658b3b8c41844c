import { answersOf } from './all.ts'
import { startFastifyBullmq } from './fastify-bullmq.ts'
import type { QueueSystem, Scale } from './system.ts'
import { startUnblock, type UnblockSystem } from './unblock.ts'

/** Unblock and bare Fastify with BullMQ, both running, for what no other peer has. */
export interface BesideBare extends AsyncDisposable {
  unblock: UnblockSystem
  bare: QueueSystem
}

export async function startBesideBare(scale: Scale): Promise<BesideBare> {
  const unblock = await startUnblock(scale)
  try {
    const bare = await startFastifyBullmq({ ...scale, answers: await answersOf(unblock) })
    return {
      unblock,
      bare,
      async [Symbol.asyncDispose]() {
        await Promise.all([unblock.stop(), bare.stop()])
      },
    }
  } catch (error) {
    await unblock.stop()
    throw error
  }
}
