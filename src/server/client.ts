import { createHash } from 'node:crypto'
import { isIP, isIPv4 } from 'node:net'
import type { FastifyRequest } from 'fastify'

/**
 * Who asks, for the clients' budgets: the address that the proxy gives, or the socket's own. Hashed,
 * since it is kept in jobs: a key, not an address book.
 *
 * @returns 22 characters of base64url
 */
export function clientOf({ headers, socket }: Pick<FastifyRequest, 'headers' | 'socket'>): string {
  // The last entry is by the nearest proxy; ours overwrites what the client says, so it is the only one.
  const forwarded = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .at(-1)
    ?.trim()
  const place = placeOf(forwarded || socket.remoteAddress || 'local')
  return createHash('sha256').update(place).digest('base64url').slice(0, 22)
}

/** An IPv4 address as it is; of an IPv6 address its /64, which is one customer's (RFC 6177). */
export function placeOf(address: string): string {
  const bare = address.replace(/%.*$/, '') // fe80::1%eth0
  const mapped = /^::ffff:([\d.]+)$/i.exec(bare)?.[1]
  if (mapped !== undefined && isIPv4(mapped)) return mapped
  if (isIP(bare) !== 6) return bare
  // A URL has the short form of RFC 5952: hexadecimal, with at most one `::`.
  const [head = '', tail = ''] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [before, after] = [groups(head), groups(tail)]
  const zeros = Array(8 - before.length - after.length).fill('0')
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`
}
