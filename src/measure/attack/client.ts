import { buildConnector, type Dispatcher, Client as UndiciClient } from 'undici'
import { createAddresses } from './addresses.ts'

/** What is sent. */
export interface Outgoing {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  headers?: Record<string, string>
  body?: string
}

/** How an exchange ended: with an answer, whole, or with none. */
export interface Answer {
  /** 0: there was none. */
  status: number
  headers: Record<string, string | string[] | undefined>
  /** The beginning of the body. */
  head: string
  /** Why there was none, in a few words that are the same every time: they are counted. */
  error?: string
}

export interface Client {
  readonly origin: string
  /** Sends now, on a connection that is free, or a new one; calls `done` once. */
  send(outgoing: Outgoing, done: (answer: Answer) => void): { abort(): void }
  /** The same for a body that comes bit by bit; the answer's `head` is empty. */
  follow(
    outgoing: Outgoing,
    onText: (text: string) => void,
    done: (answer: Answer) => void,
  ): { abort(): void }
  close(): Promise<void>
}

/** All that is read of a body that nobody follows: what the contract puts first stands here. */
const headBytes = 4096

/**
 * A client that never makes a request wait for another one: there are as many connections as requests
 * are open. It uses undici's dispatcher, which makes no promise and no stream for each of them, but not its
 * pool: that looks through all its connections for a free one, a thousand of them when a service is slow.
 */
export function createClient(origin: string, socketPath?: string): Client {
  const connections = new Set<UndiciClient>()
  /** Those of them that have no request. The last used is the next: others may close. */
  const free: UndiciClient[] = []
  const addresses = createAddresses()
  const openSocket = buildConnector({
    allowH2: false, // many requests would share a connection
    timeout: 0,
    lookup: addresses.lookup,
    ...(socketPath === undefined ? {} : { socketPath }),
  })

  function connect(): UndiciClient {
    const connection = new UndiciClient(origin, {
      connect: (options, done) =>
        openSocket(options, (...[error, socket]) => {
          if (error) return done(error, null)
          addresses.answered(socket.remoteFamily === 'IPv6' ? 6 : 4)
          done(null, socket)
        }),
      pipelining: 1,
      allowH2: false,
      headersTimeout: 0, // the caller gives up
      bodyTimeout: 0,
    })
    connection.on('drain', () => free.push(connection))
    connections.add(connection)
    return connection
  }

  function dispatch(
    outgoing: Outgoing,
    onChunk: (chunk: Buffer) => void,
    done: (answer: Answer) => void,
    head: () => string,
  ): { abort(): void } {
    let controller: Dispatcher.DispatchController | undefined
    let isAborted = false
    let status = 0
    let headers: Answer['headers'] = {}
    const connection = free.pop() ?? connect()
    connection.dispatch(
      { origin, headers: {}, ...outgoing },
      {
        onRequestStart(each) {
          controller = each
          if (isAborted) each.abort(new Error('aborted'))
        },
        onResponseStart(_controller, code, fields) {
          status = code
          headers = fields
        },
        onResponseData: (_controller, chunk) => onChunk(chunk),
        onResponseEnd: () => done({ status, headers, head: head() }),
        onResponseError: (_controller, error) =>
          done({ status, headers, head: head(), error: wordsOf(error) }),
      },
    )
    const abort = () => {
      isAborted = true
      controller?.abort(new Error('aborted'))
    }
    return { abort }
  }

  return {
    origin,
    send(outgoing, done) {
      const chunks: Buffer[] = []
      let size = 0
      const keep = (chunk: Buffer) => {
        if (size < headBytes) chunks.push(chunk)
        size += chunk.length
      }
      const head = () => {
        const all = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
        return all.toString('utf8', 0, headBytes)
      }
      return dispatch(outgoing, keep, done, head)
    },
    follow(outgoing, onText, done) {
      const decoder = new TextDecoder()
      return dispatch(
        outgoing,
        (chunk) => onText(decoder.decode(chunk, { stream: true })),
        done,
        () => '',
      )
    },
    async close() {
      // Not their close(): that waits for what is open.
      await Promise.all([...connections].map((each) => each.destroy()))
    },
  }
}

function wordsOf(error: Error): string {
  const { code = '' } = error as NodeJS.ErrnoException
  return words[code] ?? (code || error.message)
}

const words: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection broke',
  EPIPE: 'connection broke',
  UND_ERR_SOCKET: 'connection broke',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host',
  EMFILE: 'no more connections possible here',
  EADDRNOTAVAIL: 'no more connections possible here',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'its certificate is not trusted (NODE_EXTRA_CA_CERTS names one that is)',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate is not trusted (NODE_EXTRA_CA_CERTS names one that is)',
}
