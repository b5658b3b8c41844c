import { resolvePtr } from 'node:dns/promises'
import { hostname, networkInterfaces } from 'node:os'

type Role = 'server' | 'worker'

/**
 * The name of this instance where none is configured. In Docker Compose the embedded DNS knows this
 * container as `project-server-2.network`: that makes `server-2`. Elsewhere it is made of the role and
 * the host's name.
 */
export async function instanceName(role: Role): Promise<string> {
  const names = await Promise.all(ownAddresses().map(namesOf))
  return nameFromDns(role, names.flat()) ?? nameFromHost(role, hostname())
}

/** `server-2` of `project-server-2.network`, or undefined where no name is of that form. */
export function nameFromDns(role: Role, names: readonly string[]): string | undefined {
  for (const name of names) {
    const number = name.match(new RegExp(`(?:^|[-_])${role}[-_](\\d+)(?:\\.|$)`))?.[1]
    if (number !== undefined) return `${role}-${number}`
  }
  return undefined
}

export function nameFromHost(role: Role, host: string): string {
  return `${role}-${host.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-')}`.slice(0, 63)
}

/** The name that the DNS knows an IPv4 address by: `2.0.18.172.in-addr.arpa`. */
export function pointerName(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address)
}

/**
 * Not `dns.reverse()`: it asks /etc/hosts as well, and in a container gives nothing. A DNS that does
 * not answer within a second is as good as none.
 */
async function namesOf(address: string): Promise<string[]> {
  const silence = new Promise<string[]>((resolve) => setTimeout(resolve, 1000, []).unref())
  return Promise.race([resolvePtr(pointerName(address)).catch(() => []), silence])
}
