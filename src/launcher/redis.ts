import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { DATA_DIR } from './run-state.ts'
import type { Program } from './supervised.ts'

/**
 * A Redis of this run's own: no TCP port, so it is in nobody's way and open to nobody, and an
 * append-only file in `workDir`, so that jobs survive it and the whole stack.
 */
export function redis(command: string, workDir: string, socket: string): Program {
  const data = join(workDir, DATA_DIR, 'redis')
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const settings = {
    port: '0',
    unixsocket: socket,
    unixsocketperm: '700',
    dir: data,
    appendonly: 'yes',
    // Each command is written to the file before it is answered, and the system puts it on the disk in
    // its own time. `everysec` would hold writes back while the disk is busy, and lose them with the
    // process; `always` would end Redis when the disk is full.
    appendfsync: 'no',
    save: '',
    // Jobs are refused when it is full: better than a machine out of memory, or a job lost.
    maxmemory: '1gb',
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
    loglevel: 'warning',
  }
  return {
    name: 'redis',
    command,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    stopSignal: 'SIGTERM',
    ownSession: true,
    keepLine: (line) => !NOISE.test(line),
    isReady: () => answersPing(socket),
  }
}

/** What Redis and Valkey say at every start and end, at level "warning", about nothing wrong here. */
const NOISE =
  /is starting|version=|Configuration loaded|Server initialized|overcommit|Transparent Huge Pages|maximum number of open files|maximum open files|scheduling shutdown|User requested shutdown|ready to exit/

/** Whether it answers, and not only that it is still loading its file. */
function answersPing(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket)
    connection.on('connect', () => connection.write('PING\r\n'))
    connection.on('data', (answer) => {
      connection.destroy()
      resolve(answer.toString().startsWith('+PONG'))
    })
    connection.on('error', () => resolve(false))
    connection.on('close', () => resolve(false))
  })
}
