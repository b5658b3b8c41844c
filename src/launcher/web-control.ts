import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Controlled } from './web-routes.ts'

// The proxy takes four header buffers of 8 KiB, and adds headers of its own.
const maxHeaderSize = 40 * 1024

/**
 * The stack's control for a browser, behind the proxy's /control: HTTP on a socket in the run folder,
 * which only its owner may enter. What it answers is in web-routes.ts. Resolves when it listens.
 */
export async function listenForWeb(stack: Controlled, socketPath: string): Promise<Server> {
  // What names no host is refused with words, and not by Node.
  const options = { maxHeaderSize, requireHostHeader: false }
  const server = createServer(options, async (request, response) => {
    response.on('error', () => {}) // whoever asked has left
    // Loaded when it is first asked: schemas and their checker would take time from the start of all.
    const { answerWeb } = await import('./web-routes.ts')
    const { status, headers, body } = await answerWeb(stack, request)
    response.writeHead(status, { ...headers, ...headersOfAll, 'x-request-id': idOf(request) })
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

const headersOfAll = {
  'x-served-by': 'unblock', // as the launcher calls itself in the log
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
}

/** The id that the proxy gave the request. */
function idOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && /^[0-9a-f]{32}$/.test(given) ? given : newId()
}

const newId = () => randomBytes(16).toString('hex')

function unreadable(): string {
  const title = STATUS_CODES[400]
  const detail = 'The request is not valid HTTP, or its method is not known.'
  const body = `${JSON.stringify({ type: 'about:blank', title, status: 400, detail })}\n`
  const headers = {
    'content-type': 'application/problem+json',
    ...headersOfAll,
    'x-request-id': newId(),
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 400 ${title}\r\n${lines.join('')}\r\n${body}`
}
