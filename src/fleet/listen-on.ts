import type { ListenOptions } from 'node:net'

/** Where `FLEET_LISTEN` means: a socket's absolute path, `host:port`, or a port of `host`. */
export function listenOn(address: string, host: string): ListenOptions {
  if (address.startsWith('/')) return { path: address }
  const end = address.lastIndexOf(':')
  const named = address.slice(0, Math.max(0, end)).replace(/^\[(.*)\]$/, '$1')
  return { host: named || host, port: Number(address.slice(end + 1)) }
}
