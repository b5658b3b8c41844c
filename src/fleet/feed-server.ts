import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ListenOptions } from 'node:net'
import { pipeline } from 'node:stream'
import { Problem } from '../api/problem.ts'
import { answerProblem, maxHeaderSize, pathOf, setCommonHeaders } from '../bare-http.ts'
import { streamHeaders } from '../event-stream.ts'
import { http } from '../node-http.ts'
import type { Feed } from './feed.ts'
import { fleetStream, mostStreams, tooManyStreams } from './fleet-stream.ts'

/** `/api/fleet/events`, and nothing else, for a thread whose event loop no request blocks. */
export interface FeedServer {
  /** Resolves when it listens. Rejects where it cannot, such as at an address that is taken. */
  listen(where: ListenOptions): Promise<void>
  /** Ends the streams, whose clients come back through the proxy to another server, and takes no more. */
  close(): void
}

const path = '/api/fleet/events'
const allow = 'GET, OPTIONS'
const requestTimeout = 15_000
// What a client has not taken waits here up to this: little, since it is old when it is taken.
const highWaterMark = 4096

export function createFeedServer({
  instance,
  feed,
  most = mostStreams,
  longestMs,
  onTrouble = () => {},
}: {
  instance: string
  feed: Feed
  /** Streams at once; more are refused. */
  most?: number
  /** How long a client may take nothing. */
  longestMs?: number
  onTrouble?: (error: Error) => void
}): FeedServer {
  const closing = new AbortController()
  const server = http.createServer({ maxHeaderSize, highWaterMark, requestTimeout }, answer)

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '' } = request
    setCommonHeaders(request, response, instance)
    const problem = refusal(pathOf(request), method)
    if (problem !== undefined) answerProblem(response, problem)
    else if (method === 'OPTIONS') response.writeHead(204, { allow }).end()
    else stream(response)
  }

  function refusal(asked: string, method: string): Problem | undefined {
    if (asked !== path) return new Problem(404, `Nothing is at ${asked.slice(0, 200)}.`)
    if (method === 'OPTIONS') return undefined
    if (method !== 'GET')
      return new Problem(405, `${method} is not possible here; possible: ${allow}.`, {
        headers: { allow },
      })
    // It came in before this server stopped listening; 502 is what makes the proxy ask the next one.
    if (closing.signal.aborted) return new Problem(502, `${instance} is draining.`)
    return tooManyStreams(feed, most)
  }

  function stream(response: ServerResponse): void {
    const left = new AbortController()
    response.once('close', () => left.abort())
    // The end of the stream is the end of the connection, so that none is left when this server closes.
    response.writeHead(200, { ...streamHeaders, connection: 'close' })
    const signal = AbortSignal.any([closing.signal, left.signal])
    const limits = longestMs === undefined ? {} : { longestMs }
    pipeline(fleetStream(feed, response, signal, limits), response, () => {}) // the client left
  }

  return {
    async listen(where) {
      server.listen(where)
      await once(server, 'listening')
      server.on('error', onTrouble) // such as no file descriptor left for a connection
    },
    close() {
      closing.abort()
      server.close()
    },
  }
}
