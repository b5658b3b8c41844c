import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify'
import { invalid, Problem } from '../api/problem.ts'
import { refuseCrossSite } from './cross-site.ts'
import { problems } from './described.ts'

/** One method of one path. */
export interface Endpoint {
  schema: FastifySchema
  /** A GET that starts work: it has no HEAD, which must not start any. */
  startsWork?: boolean
  /** A GET whose answer has no end of its own: it has no HEAD either. */
  streams?: boolean
  handler: (request: FastifyRequest, reply: FastifyReply) => unknown
}

export type Method = 'GET' | 'POST' | 'DELETE'

const answerable = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/**
 * Adds a path with its endpoints, and everything that HTTP asks of a path besides: HEAD where there is
 * a GET, OPTIONS, and 405 with `Allow` for any other method (RFC 9110, sections 9 and 15.5.6). What
 * starts or ends work is refused where another site asks for it, and documented so.
 */
export function addPath(
  app: FastifyInstance,
  url: string,
  endpoints: Partial<Record<Method, Endpoint>>,
): void {
  const { GET } = endpoints
  const withHead = GET !== undefined && !GET.startsWork && !GET.streams
  const methods = [...Object.keys(endpoints), ...(withHead ? ['HEAD'] : [])]
  const allow = [...methods, 'OPTIONS'].join(', ')
  for (const [method, { schema, handler, startsWork }] of Object.entries(endpoints)) {
    const exposeHeadRoute = method === 'GET' && withHead
    const forBody = method === 'POST' ? { preValidation: takeBody } : {}
    const forWork = startsWork || method !== 'GET' ? fromHereOnly(schema) : { schema }
    app.route({ method, url, handler, exposeHeadRoute, ...forBody, ...forWork })
  }
  app.route({
    method: 'OPTIONS',
    url,
    schema: { hide: true },
    handler: (_request, reply) => reply.code(204).header('allow', allow).send(),
  })
  app.route({
    method: answerable.filter((method) => !methods.includes(method)),
    url,
    schema: { hide: true },
    // Before the body is read or judged: whatever it is, the method is wrong.
    onRequest(request) {
      throw new Problem(405, `${request.method} is not possible here; possible: ${allow}.`, {
        headers: { allow },
      })
    },
    handler: () => undefined,
  })
}

function fromHereOnly(schema: FastifySchema) {
  const response = { ...(schema.response as object), ...problems(403) }
  return { schema: { ...schema, response }, onRequest: refuseCrossSite }
}

/** A POST takes a JSON body and no query; without a body it asks for the defaults. */
async function takeBody(request: FastifyRequest): Promise<void> {
  if (request.url.includes('?'))
    throw invalid([{ field: 'url', detail: 'must have no query: a POST takes a JSON body' }])
  if (request.body === undefined) request.body = {}
}
