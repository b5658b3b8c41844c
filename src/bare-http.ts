import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Problem } from './api/problem.ts'
import { noSniffing, textHeaders } from './security-headers.ts'

/**
 * HTTP without a framework, for what is answered beside the API's own server: a worker's health, the live
 * fleet, the launcher's control. These answers bear the headers that all answers bear.
 */

/** The proxy takes four header buffers of 8 KiB, and adds headers of its own. */
export const maxHeaderSize = 40 * 1024

export function setCommonHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  instance: string,
): void {
  const headers = commonHeaders(instance, requestId(request))
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}

/** For what cannot be read, which bears no id. */
export const commonHeaders = (instance: string, id = newId()) => ({
  'x-request-id': id,
  'x-served-by': instance,
  'cache-control': 'no-store',
  ...noSniffing,
})

export function answerProblem(response: ServerResponse, { status, headers, body }: Problem): void {
  response
    .writeHead(status, { ...textHeaders, ...headers, 'content-type': 'application/problem+json' })
    .end(JSON.stringify(body)) // to HEAD, Node sends the headers only
}

/** Without the query. */
export function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?')[0]!
}

/**
 * The id that the proxy gave the request, the same for all its tries; one of our own for a request
 * that did not come through the proxy.
 */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id']
  if (typeof given === 'string' && /^[0-9a-f]{32}$/.test(given)) return given
  return newId()
}

const newId = () => randomBytes(16).toString('hex')
