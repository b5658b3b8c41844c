import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { invalid, Problem, unavailable } from '../api/problem.ts'
import { BudgetSpent } from '../queue/client-budget.ts'
import { JobOver, KeyReused, QueueAway, QueueFull } from '../queue/producer.ts'
import { textHeaders } from '../security-headers.ts'
import type { Service } from './service.ts'

/** Every error of every request becomes a problem+json here, and shows nothing of the inside. */
export function registerErrors(app: FastifyInstance, { log }: Service): void {
  app.setErrorHandler<FastifyError | Error>((error, request, reply) => {
    const problem = asProblem(error)
    if (problem.status === 500 && !(error instanceof Problem))
      log.trouble(`${request.method} ${request.routeOptions.url ?? 'unknown path'}`, error)
    return sendProblem(reply, problem)
  })
  app.setNotFoundHandler((request, reply) => sendProblem(reply, notFound(request)))
}

export function sendProblem(reply: FastifyReply, { status, headers, body }: Problem): FastifyReply {
  return reply
    .code(status)
    .headers(textHeaders)
    .headers(headers)
    .type('application/problem+json')
    .send(JSON.stringify(body))
}

function notFound({ url }: FastifyRequest): Problem {
  const path = url.split('?')[0]!.slice(0, 200)
  return new Problem(404, `Nothing is at ${path}; see /docs.`)
}

/** Fastify's own errors, by their codes. https://fastify.dev/docs/latest/Reference/Errors/ */
const byCode: Record<string, () => Problem> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new Problem(413, 'The body may be 16 KiB.', {
      title: 'Content Too Large', // as RFC 9110 has it
      errors: [{ field: 'body', detail: 'may be 16 KiB' }],
    }),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new Problem(415, 'The body must be application/json.', {
      errors: [{ field: 'Content-Type', detail: 'must be application/json' }],
    }),
  FST_ERR_BAD_URL: () => invalid([{ field: 'url', detail: 'is not a valid path' }]),
}

function asProblem(error: FastifyError | Error): Problem {
  if (error instanceof Problem) return error
  if (error instanceof QueueAway)
    return unavailable(
      'The queue does not answer now, so it is not known what became of this request; ask again.',
      1,
    )
  if (error instanceof KeyReused)
    return new Problem(409, 'This Idempotency-Key was used for another request.', {
      errors: [{ field: 'Idempotency-Key', detail: 'must be a new one for a new request' }],
    })
  if (error instanceof JobOver)
    return new Problem(409, `The job cannot be cancelled: it is ${error.state} already.`)
  if (error instanceof QueueFull)
    return unavailable(`The queue is full: ${error.message}.`, error.retryAfterS)
  if (error instanceof BudgetSpent)
    return new Problem(429, `This client has used too much: ${error.message}.`, {
      headers: { 'retry-after': String(error.retryAfterS) },
    })
  const { code, statusCode } = error as FastifyError
  const known = byCode[code]
  if (known) return known()
  // What the JSON parser says, `__proto__` included.
  if (statusCode === 400)
    return invalid([{ field: 'body', detail: `is not valid: ${error.message}` }])
  if (statusCode !== undefined && statusCode < 500) return new Problem(statusCode, error.message)
  return new Problem(500, 'Something went wrong here; the log of this instance says what.')
}

/** Answers what is not even HTTP, on the bare socket. */
export function answerClientError(instance: string) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    const { status, title, detail } = clientProblem(error.code)
    const body = JSON.stringify({ type: 'about:blank', title, status, detail })
    socket.end(
      `HTTP/1.1 ${status} ${title}\r\nContent-Type: application/problem+json\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nX-Served-By: ${instance}\r\n` +
        `X-Request-Id: ${randomBytes(16).toString('hex')}\r\n` +
        `Connection: close\r\n\r\n${body}`,
    )
  }
}

function clientProblem(code: string | undefined) {
  if (code === 'HPE_HEADER_OVERFLOW')
    return {
      status: 431,
      title: 'Request Header Fields Too Large',
      detail: 'The headers may be 32 KiB.',
    }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { status: 408, title: 'Request Timeout', detail: 'The request took too long to arrive.' }
  return { status: 400, title: 'Bad Request', detail: 'The request is not valid HTTP.' }
}
