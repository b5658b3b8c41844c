import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { UsageError } from '../usage-error.ts'
import { explainPort } from './listen-error.ts'

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
    throw new UsageError(explainPort(error as NodeJS.ErrnoException, { host, port }))
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}

/** Where a browser finds it. */
export function url({ host, port }: Address): string {
  const isHere = ['127.0.0.1', '0.0.0.0', '::'].includes(host)
  return `http://${isHere ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`
}
