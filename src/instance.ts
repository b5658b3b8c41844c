import { reverse } from 'node:dns/promises'
import { hostname, networkInterfaces } from 'node:os'

/**
 * The name of this instance where none is configured. In Docker Compose the embedded DNS knows this
 * container as `project-server-2.network`: that makes `server-2`. Elsewhere it is made of the role and
 * the host's name.
 */
export async function instanceName(role: 'server' | 'worker'): Promise<string> {
  const names = await Promise.all(ownAddresses().map(namesOf))
  for (const name of names.flat()) {
    const number = name.match(new RegExp(`(?:^|[-_])${role}[-_](\\d+)(?:\\.|$)`))?.[1]
    if (number) return `${role}-${number}`
  }
  const host = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
  return `${role}-${host}`.slice(0, 63)
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address)
}

/** A DNS that does not answer within a second is as good as none. */
async function namesOf(address: string): Promise<string[]> {
  const silence = new Promise<string[]>((resolve) => setTimeout(resolve, 1000, []).unref())
  return Promise.race([reverse(address).catch(() => []), silence])
}
