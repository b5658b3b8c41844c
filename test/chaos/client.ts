import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http'

/** One answer. A body that is JSON is parsed, any other is its text. */
export interface Answer {
  status: number
  headers: IncomingMessage['headers']
  body: unknown
}

export interface Question {
  method?: string
  path: string
  headers?: Record<string, string>
  /** Sent as JSON. */
  json?: unknown
  /** Silence for longer is a failure. */
  timeoutMs?: number
  signal?: AbortSignal
}

/** One event of a stream (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export interface StreamEvent {
  event: string
  data: string
  id: string | undefined
}

/** A light client of one service: connections are kept, and there is a bound to them. */
export class Client {
  /**
   * How often a kept connection turned out to be closed, before it brought any of the answer. Such a
   * request is sent again on a new one, if it may be repeated (RFC 9112, section 9.3.1).
   */
  staleConnections = 0
  readonly #where: RequestOptions
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 512, maxFreeSockets: 32 })

  /** @param where `http://host:port`, or the path of a Unix socket */
  constructor(where: string) {
    if (where.startsWith('/')) this.#where = { socketPath: where }
    else {
      const { hostname, port } = new URL(where)
      // Not `localhost`, which may be two addresses, of which nginx has one.
      this.#where = { host: hostname === 'localhost' ? '127.0.0.1' : hostname, port }
    }
  }

  /** Rejects when there was no whole answer. */
  async ask(question: Question): Promise<Answer> {
    const message = await this.#send(question)
    const text = (await message.setEncoding('utf8').toArray()).join('')
    const isJson = /json/.test(message.headers['content-type'] ?? '')
    const body = isJson ? JSON.parse(text) : text
    return { status: message.statusCode ?? 0, headers: message.headers, body }
  }

  /**
   * The events of a stream as they come; ends when the service ends it, rejects when it breaks.
   * @throws {NoStream} where the answer is none
   */
  async *events(question: Question): AsyncGenerator<StreamEvent> {
    const headers = { accept: 'text/event-stream', ...question.headers }
    const message = await this.#send({ ...question, headers })
    const isStream = /^text\/event-stream/.test(message.headers['content-type'] ?? '')
    if (message.statusCode !== 200 || !isStream) {
      message.resume()
      throw new NoStream(message.statusCode ?? 0)
    }
    let rest = ''
    for await (const chunk of message.setEncoding('utf8')) {
      const blocks = (rest + chunk).split('\n\n')
      rest = blocks.pop()!
      for (const block of blocks) {
        const event = parseEvent(block)
        if (event.data !== '') yield event
      }
    }
  }

  close(): void {
    this.#agent.destroy()
  }

  async #send(question: Question): Promise<IncomingMessage> {
    try {
      return await this.#sendOnce(question, this.#agent)
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error
      this.staleConnections++
      return this.#sendOnce(question, false)
    }
  }

  #sendOnce(question: Question, agent: Agent | false): Promise<IncomingMessage> {
    const { method = 'GET', path, headers = {}, json, timeoutMs = 70_000, signal } = question
    const body = json === undefined ? undefined : JSON.stringify(json)
    return new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request({
        ...this.#where,
        agent,
        method,
        path,
        headers: {
          ...headers,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
        },
        ...(signal === undefined ? {} : { signal }),
        timeout: timeoutMs,
      })
      const mayRepeat = method !== 'POST' || headers['idempotency-key'] !== undefined
      sent.on('timeout', () => sent.destroy(new Error(`silence for ${timeoutMs} ms`)))
      sent.on('error', (error: NodeJS.ErrnoException) => {
        const wasClosed = error.code === 'ECONNRESET' || error.code === 'EPIPE'
        reject(sent.reusedSocket && wasClosed && mayRepeat ? new StaleConnection() : error)
      })
      sent.on('response', resolve)
      sent.end(body)
    })
  }
}

class StaleConnection extends Error {}

/** Asked for events, and got another answer. */
export class NoStream extends Error {
  readonly status: number
  constructor(status: number) {
    super(`no stream of events, but ${status}`)
    this.status = status
  }
}

function parseEvent(block: string): StreamEvent {
  const found = { event: 'message', data: [] as string[], id: undefined as string | undefined }
  for (const line of block.split('\n')) {
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    if (name === 'event') found.event = value
    else if (name === 'id') found.id = value
    else if (name === 'data') found.data.push(value)
  }
  return { ...found, data: found.data.join('\n') }
}
