import { rmSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { childEnvironment } from '../config.ts'
import type { RunDir } from './run-dir.ts'
import type { Role } from './scale-options.ts'
import type { Program } from './supervised.ts'

const PRELOAD = new URL('../../bin/bundle/preload.mjs', import.meta.url).href
const CLI = fileURLToPath(new URL(`../cli${extname(import.meta.filename)}`, import.meta.url))

/** One server or worker: this program again, as another command, on a socket in the run folder. */
export function instance(
  role: Role,
  number: number,
  { runDir, tasksDir }: { runDir: RunDir; tasksDir: string },
): Program {
  const name = `${role}-${number}`
  const sockets = { own: runDir.socket(name), fleet: runDir.socket(`${name}-fleet`) }
  return {
    name,
    command: process.execPath,
    // A user's folder of tasks need not have a package.json that says these are modules.
    args: [
      '--import',
      PRELOAD,
      '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
      CLI,
      role,
      '--under-launcher',
    ],
    env: childEnvironment({
      INSTANCE: name,
      SOCKET_PATH: sockets.own,
      FLEET_LISTEN: role === 'server' ? sockets.fleet : '',
      REDIS_URL: `unix:${runDir.socket('redis')}`,
      TASKS_DIR: tasksDir,
      // The dashboard is a server's; a task can read the environment.
      ...(role === 'worker' ? { ADMIN_TOKEN: '' } : {}),
    }),
    stopSignal: 'SIGTERM',
    // Linux shares the CPUs between sessions first (autogroups, sched(7)): in one of its own, the threads of
    // an instance would compete with the event loops of all others, however nice they are. The 99th
    // percentile of a refusal under full load was more than twice as long (`npm run bench -- refusals`).
    ownSession: false,
    // Of one that was killed: nobody could listen there again.
    beforeStart() {
      for (const socket of Object.values(sockets)) rmSync(socket, { force: true })
    },
  }
}
