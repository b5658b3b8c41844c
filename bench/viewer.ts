import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { nextMessage } from './systems/next-message.ts'
import { end, inBench } from './systems/processes.ts'
import type { UnblockSystem } from './systems/unblock.ts'

/** Somebody who looks at a stack of Unblock: its page, and a scraper of its metrics. */
export interface Viewer extends AsyncDisposable {
  /** How often each thing was asked for, and answered well. */
  stop(): Promise<Looked>
}

export interface Looked {
  /** Events of the fleet that came. */
  events: number
  /** Requests of the bystander, and how many of them were due. */
  probes: number
  due: number
  /** Scrapes of an instance. */
  scrapes: number
  /** Answers to any of these that were none, or no success. */
  failed: number
  /** CPU time of the viewer itself, in seconds, which is not the service's. */
  cpuS: number
}

/**
 * Opens the page, in a session of its own, as from another machine. Resolves when the whole fleet is in the picture.
 * Only the requests are made: the browser that draws the page runs on its viewer's machine, so what it costs is not the
 * service's (`npm run bench -- page` measures that).
 */
export async function startViewer({ url, redisSocket, pids }: UnblockSystem): Promise<Viewer> {
  const names = [...pids.keys()].filter((name) => /^(server|worker)-/.test(name))
  const sockets = names.map((name) => join(dirname(redisSocket), `${name}.sock`))
  const args = [inBench('viewer-process.ts'), url, ...sockets]
  const child = spawn(process.execPath, [...process.execArgv, ...args], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  comeLast(child.pid!)
  await nextMessage(child)
  return {
    async stop() {
      const answered = nextMessage<Looked>(child)
      child.send('stop')
      const looked = await answered
      await end(child)
      return looked
    },
    [Symbol.asyncDispose]: () => end(child),
  }
}

/** On its own machine it would take nothing from the service. Linux weighs sessions first, then threads. */
function comeLast(pid: number): void {
  setPriority(pid, constants.priority.PRIORITY_LOW)
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(constants.priority.PRIORITY_LOW))
  } catch {
    // A kernel that does not weigh sessions.
  }
}

/** `server-1` of the path of its socket. */
export const instanceOf = (socket: string) => basename(socket, '.sock')
