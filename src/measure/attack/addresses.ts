import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'

const rememberMs = 10_000

/** Where connections to a host go. */
export interface Addresses {
  /** For `net.connect`. */
  lookup: LookupFunction
  /** A connection was made to an address of this family: from now on those come first. */
  answered(family: 4 | 6): void
}

/**
 * Asks for a host's addresses now and then, not for every connection: a thousand that are opened in a moment
 * would wait for four threads and a name server, and that would be measured as well. Several addresses take
 * turns, as with a name server that changes their order.
 *
 * @param ask tells all addresses of a host; if not given, the system does
 */
export function createAddresses(ask = askSystem): Addresses {
  let known: { addresses: Promise<LookupAddress[]>; until: number } | undefined
  let family = 0
  let turn = 0

  function find(host: string): Promise<LookupAddress[]> {
    const now = performance.now()
    if (known === undefined || now > known.until) {
      const addresses = ask(host)
      known = { addresses, until: now + rememberMs }
      addresses.catch(() => {
        known = undefined
      })
    }
    return known.addresses
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
      family = by
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
  return lookup(host, { all: true })
}
