import { once } from 'node:events'
import { connect, type NetConnectOpts, type Socket } from 'node:net'
import { atEnd, type Cleaner } from '../fixtures/at-end.ts'

/** A client that writes whatever bytes a test wants, and reads only if it is told to. */
export class RawClient {
  readonly socket: Socket
  /** Resolves when the other side has closed the connection, however it did. */
  readonly closed: Promise<void>
  readonly #openedAt = performance.now()
  #received = ''
  #closedAt: number | undefined

  constructor(address: NetConnectOpts, { reads = true } = {}) {
    this.socket = connect(address)
    this.socket.on('error', () => {}) // a reset is what some of them are here for
    if (reads) this.socket.setEncoding('latin1').on('data', (text) => (this.#received += text))
    const { promise, resolve } = Promise.withResolvers<void>()
    this.closed = promise
    this.socket.once('close', () => {
      this.#closedAt = performance.now()
      resolve()
    })
  }

  /** All that has come. */
  get received(): string {
    return this.#received
  }

  /** The statuses of all answers that have come, in order. */
  get statuses(): number[] {
    return [...this.#received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
  }

  /** Milliseconds from its opening to its end; undefined while it is open. */
  get lastedMs(): number | undefined {
    return this.#closedAt === undefined ? undefined : this.#closedAt - this.#openedAt
  }

  write(text: string): this {
    if (this.socket.writable) this.socket.write(text, 'latin1')
    return this
  }

  /** Writes a byte now and then, as long as the connection lasts. */
  dribble(everyMs: number): this {
    const timer = setInterval(() => this.write('x'), everyMs)
    void this.closed.then(() => clearInterval(timer))
    return this
  }

  /** Resolves when something has come that matches. */
  async gets(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#received)) {
      if (this.#closedAt !== undefined) throw new Error(`closed after: ${this.#received}`)
      await Promise.race([once(this.socket, 'data').catch(() => {}), this.closed])
    }
  }
}

/** Opens clients, and closes them after the test. */
export function rawClients(t: Cleaner, address: NetConnectOpts) {
  const opened: RawClient[] = []
  const closeAll = () => {
    for (const { socket } of opened) socket.destroy()
  }
  atEnd(t, closeAll)
  return {
    open(options?: { reads?: boolean }): RawClient {
      const client = new RawClient(address, options)
      opened.push(client)
      return client
    },
    closeAll,
  }
}
