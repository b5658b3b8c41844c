import type { IncomingHttpHeaders } from 'node:http'
import { BlockList, isIP } from 'node:net'
import type { FieldError } from '../api/problem.ts'

/**
 * Whether a request comes from this machine, and not from a page of another site that a browser here
 * shows: undefined where it does, else the header that tells and what it would have to be. A page of
 * another site can make a browser send requests here (CSRF), even under a name that its own DNS says is
 * this machine (DNS rebinding); but it cannot choose these headers.
 *
 * The proxy in front writes who asked to `X-Forwarded-For`, after what it was told itself: a further
 * proxy on this machine may name a client from elsewhere there, so all of them are looked at.
 */
export function whyNotFromHere(
  method: string,
  headers: IncomingHttpHeaders,
): FieldError | undefined {
  const clients = String(headers['x-forwarded-for'] ?? '').split(',')
  if (!clients.every((each) => isLoopback(each.trim())))
    return {
      field: 'X-Forwarded-For',
      detail:
        'must be a loopback address, as 127.0.0.1 is: ask on the machine that the stack runs on',
    }
  const { host = '', origin, 'sec-fetch-site': site } = headers
  if (!loopbackName.test(host))
    return {
      field: 'Host',
      detail: 'must be localhost, a name below it, 127.0.0.1 or [::1]: open http://localhost',
    }
  const looksOnly = method === 'GET' || method === 'HEAD'
  if (site !== undefined && site !== 'same-origin' && !(looksOnly && site === 'none'))
    return {
      field: 'Sec-Fetch-Site',
      detail: `must be "same-origin"${looksOnly ? ' or "none"' : ''}: ask from the page of this stack`,
    }
  const own = `${headers['x-forwarded-proto'] ?? 'http'}://${host}`.toLowerCase()
  if (origin !== undefined && origin.toLowerCase() !== own)
    return { field: 'Origin', detail: `must be ${own}: ask from the page of this stack` }
  return undefined
}

/** What no DNS decides. Of names below localhost, not every browser knows that (RFC 6761, section 6.3). */
const loopbackName = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

/** An IPv4 address in the form of IPv6, `::ffff:127.0.0.1`, is the same. */
function isLoopback(address: string): boolean {
  const family = isIP(address)
  return family !== 0 && loopback.check(address, family === 4 ? 'ipv4' : 'ipv6')
}
