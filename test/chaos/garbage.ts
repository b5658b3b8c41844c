import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningStack } from '../system/stack.ts'
import { rssBytes } from './proc.ts'

/** Lets every Node process of a stack be asked to collect its garbage; each on a free port. */
export const INSPECTABLE = { NODE_OPTIONS: '--inspect=127.0.0.1:0' }

const INSTANCE = /^(?:server|worker)-\d+$/
const PAUSE_MS = 1500

/**
 * The memory of all servers and workers together, in bytes, once their garbage is collected: what is left
 * is in use. The lowest of some looks, since memory goes back to the system a little later.
 */
export async function settledMemory(stack: RunningStack): Promise<number> {
  const instances = stack.writtenProcesses().filter(({ name }) => INSTANCE.test(name))
  const looks: number[] = []
  for (let look = 0; look < 6; look++) {
    for (const { name } of instances) await collectGarbage(inspectorOf(stack, name))
    await sleep(PAUSE_MS)
    looks.push(instances.reduce((total, { pid }) => total + rssBytes(pid), 0))
  }
  return Math.min(...looks)
}

/** Node says at the start where its inspector listens. */
function inspectorOf({ logs }: RunningStack, name: string): string {
  const said = new RegExp(`^${name} +\\| Debugger listening on (ws:\\S+)`, 'gm')
  const url = [...logs.matchAll(said)].at(-1)?.[1]
  if (url === undefined) throw new Error(`${name} has not said where its inspector listens`)
  return url
}

/** https://chromedevtools.github.io/devtools-protocol/tot/HeapProfiler/#method-collectGarbage */
async function collectGarbage(url: string): Promise<void> {
  const socket = new WebSocket(url)
  await once(socket, 'open')
  socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' }))
  await once(socket, 'message')
  const closed = once(socket, 'close')
  socket.close()
  await closed
}
