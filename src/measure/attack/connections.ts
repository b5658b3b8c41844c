import type { LookupFunction } from 'node:net'
import { buildConnector, Client as Connection } from 'undici'
import { createAddresses } from './addresses.ts'

export interface ConnectionOptions {
  /** Of a service that has one; the origin then only says what it is asked for. */
  socketPath?: string
  /** Tells addresses of hosts; the system's own, with what it said remembered, if not given. */
  lookup?: LookupFunction
}

/**
 * As many connections to an origin as requests are open at once: none ever waits for another one. undici's own
 * pool looks through all that it has for a free one, a thousand of them when a service is slow.
 */
export interface Connections {
  /** One that has no request: a free one, or a new one. It comes back by itself when its request is over. */
  take(): Connection
  /** For one whose request never began. */
  giveBack(connection: Connection): void
  /** Closes it at once, with what it has open or is about to open. */
  drop(connection: Connection): void
  /** All of them. None is to be taken any more. */
  close(): Promise<void>
}

export function createConnections(
  origin: string,
  { socketPath, lookup }: ConnectionOptions = {},
): Connections {
  const all = new Set<Connection>()
  /** Last in, first out: those that are not needed stay idle, and time out. */
  const free: Connection[] = []
  const addresses = createAddresses()
  const openSocket = buildConnector({
    allowH2: false, // many requests would share a connection
    timeout: 0,
    lookup: lookup ?? addresses.lookup,
    ...(socketPath === undefined ? {} : { socketPath }),
  })

  function open(): Connection {
    const connection = new Connection(origin, {
      connect: (options, done) =>
        openSocket(options, (...[error, socket]) => {
          if (error) return done(error, null)
          addresses.answered(socket.remoteFamily)
          done(null, socket)
        }),
      pipelining: 1,
      allowH2: false,
      headersTimeout: 0, // the caller gives up
      bodyTimeout: 0,
    })
    // Once after each request, however it ended. The connection may be closed then: it opens another one.
    connection.on('drain', () => giveBack(connection))
    all.add(connection)
    return connection
  }

  function giveBack(connection: Connection): void {
    if (all.has(connection)) free.push(connection)
  }

  return {
    take: () => free.pop() ?? open(),
    giveBack,
    drop(connection) {
      all.delete(connection)
      void connection.destroy()
    },
    async close() {
      const open = [...all]
      all.clear()
      free.length = 0
      // Not their close(): that waits for what is open.
      await Promise.all(open.map((each) => each.destroy()))
    },
  }
}
