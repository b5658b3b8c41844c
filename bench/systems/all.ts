import { startFastifyBullmq } from './fastify-bullmq.ts'
import { startFlaskCelery } from './flask-celery.ts'
import { installed, notInstalled, type OptionalPeer, optionalPeers } from './installed.ts'
import { startSidekiq } from './sidekiq.ts'
import type { Answers, QueueSystem, Scale } from './system.ts'
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
    for (const { name, start } of peers)
      if (isInstalled(name)) all.push(await start({ ...scale, ...own[name], answers }))
    sayLeftOut()
    const withHttp = all.filter(({ url }) => url !== '')
    return { unblock, all, withHttp, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const bare = 'bare Fastify + BullMQ'

/** In the order of the table. */
const peers: readonly {
  name: OptionalPeer | typeof bare
  start(given: Scale & { answers: Answers }): Promise<QueueSystem>
}[] = [
  { name: bare, start: startFastifyBullmq },
  { name: 'Flask + Celery', start: startFlaskCelery },
  { name: 'Sidekiq', start: startSidekiq },
]

/** Bare Fastify with BullMQ comes with the packages of npm. */
function isInstalled(name: OptionalPeer | typeof bare): boolean {
  return name === bare || installed(name) !== undefined
}

const said = new Set<string>()

/** Of each peer that is not installed, once. */
function sayLeftOut(): void {
  for (const name of optionalPeers) {
    if (installed(name) !== undefined || said.has(name)) continue
    process.stderr.write(`left out: ${notInstalled(name)}\n`)
    said.add(name)
  }
}

/** What peers are to answer, so that all send the same. */
export async function answersOf({ url }: UnblockSystem): Promise<Answers> {
  const [tasks, page] = await Promise.all(
    ['/api/tasks', '/'].map(async (path) => (await fetch(url + path)).text()),
  )
  return { tasks: tasks!, page: page! }
}
