import { once } from 'node:events'
import { createServer, type Server, STATUS_CODES } from 'node:http'
import { commonHeaders, maxHeaderSize, setCommonHeaders } from '../bare-http.ts'
import { textHeaders } from '../security-headers.ts'
import type { Controlled } from './web-routes.ts'

/** As the launcher calls itself in the log. */
const name = 'unblock'

/**
 * The stack's control for a browser, behind the proxy's /control: HTTP on a socket in the run folder,
 * which only its owner may enter. What it answers is in web-routes.ts. Resolves when it listens.
 */
export async function listenForWeb(stack: Controlled, socketPath: string): Promise<Server> {
  // What names no host is refused with words, and not by Node.
  const options = { maxHeaderSize, requireHostHeader: false }
  const server = createServer(options, async (request, response) => {
    response.on('error', () => {}) // whoever asked has left
    setCommonHeaders(request, response, name)
    // Loaded when it is first asked: schemas and their checker would take time from the start of all.
    const { answerWeb } = await import('./web-routes.ts')
    const { status, headers, body } = await answerWeb(stack, request)
    response.writeHead(status, { ...textHeaders, ...headers })
    response.end(`${JSON.stringify(body)}\n`)
  })
  // What Node cannot read, such as a method that it does not know.
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end(unreadable())
    else socket.destroy()
  })
  await once(server.listen(socketPath), 'listening')
  return server
}

function unreadable(): string {
  const title = STATUS_CODES[400]
  const detail = 'The request is not valid HTTP, or its method is not known.'
  const body = `${JSON.stringify({ type: 'about:blank', title, status: 400, detail })}\n`
  const headers = {
    ...commonHeaders(name),
    ...textHeaders,
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([field, value]) => `${field}: ${value}\r\n`)
  return `HTTP/1.1 400 ${title}\r\n${lines.join('')}\r\n${body}`
}
