import { ADDRCONFIG, type LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'

const rememberMs = 10_000

/** Where connections to one host go. */
export interface Addresses {
  /** For `net.connect`. */
  lookup: LookupFunction
  /** A connection was made to an address of this family, `IPv4` or `IPv6`: from now on those come first. */
  answered(family: string | undefined): void
}

/**
 * Asks for the host's addresses now and then, not for every connection: a thousand that are opened in a moment
 * would wait for four threads and a name server, and that would be measured as well. What is known is used
 * while it asks again. Several addresses take turns, as with a name server that changes their order.
 *
 * @param ask tells all addresses of a host; if not given, the system does
 */
export function createAddresses(ask = askSystem): Addresses {
  let known: Promise<LookupAddress[]> | undefined
  let until = 0
  let family = 0
  let turn = 0

  function find(host: string): Promise<LookupAddress[]> {
    const now = performance.now()
    if (known !== undefined && now <= until) return known
    until = now + rememberMs
    const before = known
    const asked = ask(host)
    const found = asked.then(
      (addresses) => {
        known = Promise.resolve(addresses)
        return addresses
      },
      (error) => {
        if (before !== undefined) return before
        known = undefined
        throw error
      },
    )
    known = before ?? found
    return known
  }

  return {
    lookup(host, { all }, callback) {
      find(host).then(
        (addresses) => {
          const list = inOrder(addresses, family, turn++)
          if (all) callback(null, list)
          else callback(null, list[0]!.address, list[0]!.family)
        },
        (error) => callback(error, ''),
      )
    },
    answered(by) {
      if (by === 'IPv4') family = 4
      if (by === 'IPv6') family = 6
    },
  }
}

/** Those of the family, each time beginning with another one; then the rest, in case they do not answer. */
function inOrder(addresses: LookupAddress[], family: number, turn: number): LookupAddress[] {
  const some = addresses.filter((each) => each.family === family)
  const first = some.length === 0 ? addresses : some
  const from = turn % first.length
  const rest = addresses.filter((each) => !first.includes(each))
  return [...first.slice(from), ...first.slice(0, from), ...rest]
}

function askSystem(host: string): Promise<LookupAddress[]> {
  return lookup(host, { all: true, hints: ADDRCONFIG }) // as net.connect asks
}
