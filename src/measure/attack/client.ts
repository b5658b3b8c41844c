import type { Dispatcher } from 'undici'
import { type ConnectionOptions, createConnections } from './connections.ts'

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
 * A client that never makes a request wait for another one. It uses undici's dispatcher, which makes no
 * promise and no stream for each of them.
 */
export function createClient(origin: string, options?: ConnectionOptions): Client {
  const connections = createConnections(origin, options)
  let isClosed = false

  function dispatch(
    outgoing: Outgoing,
    onChunk: (chunk: Buffer) => void,
    done: (answer: Answer) => void,
    head: () => string,
  ): { abort(): void } {
    if (isClosed) {
      queueMicrotask(() => done({ status: 0, headers: {}, head: '', error: 'client closed' }))
      return { abort() {} }
    }
    let controller: Dispatcher.DispatchController | undefined
    let status = 0
    let headers: Answer['headers'] = {}
    let isOver = false
    const finish = (error: { error?: string }) => {
      isOver = true
      done({ status, headers, head: head(), ...error })
    }
    const connection = connections.take()
    connection.dispatch(
      { origin, headers: {}, ...outgoing },
      {
        onRequestStart(each) {
          controller = each
        },
        onResponseStart(_controller, code, fields) {
          status = code
          headers = fields
        },
        onResponseData: (_controller, chunk) => onChunk(chunk),
        onResponseEnd: () => finish({}),
        onResponseError(thisController: Dispatcher.DispatchController | null, error) {
          // Null: undici has refused to send such a request, and knows nothing of it.
          if (thisController === null) connections.giveBack(connection)
          finish({ error: wordsOf(error) })
        },
      },
    )
    const abort = () => {
      if (isOver) return // the connection may be another request's
      // Without a controller it waits for its connection, maybe for minutes.
      if (controller === undefined) connections.drop(connection)
      else controller.abort(new Error('aborted'))
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
    close() {
      isClosed = true
      return connections.close()
    },
  }
}

function wordsOf(error: Error): string {
  const { code = '' } = error as NodeJS.ErrnoException
  // Those of undici say less than its messages.
  return words[code] ?? (code === '' || code.startsWith('UND_ERR') ? error.message : code)
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
