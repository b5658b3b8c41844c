import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { UsageError } from './usage-error.ts'

export interface Address {
  host: string
  port: number
}

/**
 * Makes sure that the port is free, before anything is started. Resolves with the address behind
 * the name `host`, and with a free port for port 0. @throws {UsageError}
 */
export async function claimAddress({ host, port }: Address): Promise<Address> {
  const server = createServer()
  try {
    await once(server.listen(port, host), 'listening')
    const { address, port: free } = server.address() as AddressInfo
    return { host: address, port: free }
  } catch (error) {
    throw new UsageError(explain(error as NodeJS.ErrnoException, { host, port }))
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}

function explain({ code, message }: NodeJS.ErrnoException, { host, port }: Address): string {
  if (code === 'EADDRINUSE')
    return `port ${port} is in use; choose another with --port, or --port 0 for any free one`
  if (code === 'EACCES')
    return `port ${port} needs rights that this user does not have; choose one from 1024 on with --port`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `--host ${host} is not an address of this machine`
  return `cannot listen on ${host}, port ${port}: ${message}`
}

/** Where a browser finds it. */
export function url({ host, port }: Address): string {
  const isHere = ['127.0.0.1', '0.0.0.0', '::'].includes(host)
  return `http://${isHere ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`
}
