import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunDir } from './run-dir.ts'
import type { Program } from './supervised.ts'

export type Balance = 'least_conn' | 'round_robin'

/** What the proxy of one run is told. */
export interface ProxyOptions {
  /** An address, not a name. */
  host: string
  port: number
  balance: Balance
  /** Servers that it knows of; those that are not there are skipped. */
  slots: number
  asRoot: boolean
}

/** The configuration that Compose uses too; the launcher adds what nginx.conf includes. */
const SHARED = fileURLToPath(new URL('../../nginx/', import.meta.url))

/** nginx, in the foreground, with its files in the run folder. */
export function nginx(command: string, runDir: RunDir, options: ProxyOptions): Program {
  const prefix = join(runDir.path, 'nginx')
  mkdirSync(prefix)
  for (const file of ['nginx.conf', 'problem.conf'])
    copyFileSync(join(SHARED, file), join(prefix, file))
  writeFileSync(join(prefix, 'main.conf'), mainConf(options))
  writeFileSync(join(prefix, 'listen.conf'), listenConf(options))
  writeFileSync(
    join(prefix, 'upstream.conf'),
    upstreamConf(options, runDir) + controlUpstreamConf(runDir),
  )
  mkdirSync(join(prefix, 'server.d'))
  copyFileSync(join(SHARED, 'local/control.conf'), join(prefix, 'server.d/control.conf'))
  return {
    name: 'nginx',
    command,
    args: [
      '-e',
      'stderr',
      '-p',
      `${prefix}/`,
      '-c',
      join(prefix, 'nginx.conf'),
      '-g',
      'daemon off;',
    ],
    stopSignal: 'SIGQUIT', // finishes what is running
    ownSession: true,
    keepLine: isWorthShowing(),
    isReady: () => accepts(options),
  }
}

/** As root, nginx's workers would become another user, who may not open the servers' sockets. */
export function mainConf({ asRoot }: Pick<ProxyOptions, 'asRoot'>): string {
  return asRoot ? 'user root;\n' : ''
}

export function listenConf({ host, port }: Pick<ProxyOptions, 'host' | 'port'>): string {
  const address = host.includes(':') ? `[${host}]` : host
  // `::` means both families to everyone but nginx.
  return `listen ${address}:${port}${host === '::' ? ' ipv6only=off' : ''};\n`
}

/**
 * One slot for each server that there may ever be: they come and go, and nginx keeps running. It
 * skips those that fail until the end of that second (0), as in Compose, and then looks again: with a
 * whole second, a new server would wait for up to two. `keepalive` as in Compose, too.
 */
export function upstreamConf(
  { balance, slots }: Pick<ProxyOptions, 'balance' | 'slots'>,
  runDir: Pick<RunDir, 'socket'>,
): string {
  const slotsOf = (suffix: string) =>
    Array.from({ length: slots }, (_, index) => {
      const socket = runDir.socket(`server-${index + 1}${suffix}`)
      return `  server "unix:${socket}" max_fails=1 fail_timeout=0;\n`
    }).join('')
  return `upstream servers {
  zone servers 256k;
${balance === 'least_conn' ? '  least_conn;\n' : ''}${slotsOf('')}  keepalive 1024;
}

upstream watchers {
  zone watchers 256k;
  least_conn;
${slotsOf('-fleet')}}
`
}

/** Where the launcher answers what nginx/local/control.conf sends it. */
export function controlUpstreamConf(runDir: Pick<RunDir, 'socket'>): string {
  return `upstream control {
  server "unix:${runDir.socket('web')}";
}
`
}

/**
 * Leaves out what nginx says about slots without a server (not found, refused: 2, and 111 or on
 * macOS 61), which it finds out again each second, and lets "no live upstreams" through once
 * a second: it would come with every request.
 */
export function isWorthShowing(now: () => number = Date.now): (line: string) => boolean {
  let quietUntil = 0
  return (line) => {
    if (ABSENT_SLOT.test(line)) return false
    if (!line.includes('no live upstreams')) return true
    if (now() < quietUntil) return false
    quietUntil = now() + 1000
    return true
  }
}

const ABSENT_SLOT =
  /connect\(\) to unix:\S+ failed \((2|61|111): .* while connecting to upstream|upstream server temporarily disabled while/

/** Whether something accepts connections there. */
export function accepts({ host, port }: Pick<ProxyOptions, 'host' | 'port'>): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host)
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
