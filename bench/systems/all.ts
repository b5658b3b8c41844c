import { startFastifyBullmq } from './fastify-bullmq.ts'
import type { QueueSystem, Scale } from './system.ts'
import { startUnblock, type UnblockSystem } from './unblock.ts'

/** Unblock and every peer that is installed, all running. */
export interface AllSystems extends AsyncDisposable {
  unblock: UnblockSystem
  /** Unblock first. */
  all: QueueSystem[]
  /** Unblock first. */
  withHttp: QueueSystem[]
}

/** @param own by the name of a system, where its scale has to differ */
export async function startAll(
  scale: Scale,
  own: Readonly<Record<string, Scale>> = {},
): Promise<AllSystems> {
  const all: QueueSystem[] = []
  const stop = async () => {
    for (const system of all.splice(0)) await system.stop()
  }
  try {
    const unblock = await startUnblock(scale)
    all.push(unblock)
    const answers = await answersOf(unblock)
    const bare = { ...scale, ...own['bare Fastify + BullMQ'] }
    all.push(await startFastifyBullmq({ ...bare, answers }))
    const withHttp = all.filter(({ url }) => url !== '')
    return { unblock, all, withHttp, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** What peers are to answer, so that all send the same. */
export async function answersOf({ url }: UnblockSystem): Promise<{ tasks: string; page: string }> {
  const [tasks, page] = await Promise.all(
    ['/api/tasks', '/'].map(async (path) => (await fetch(url + path)).text()),
  )
  return { tasks: tasks!, page: page! }
}
