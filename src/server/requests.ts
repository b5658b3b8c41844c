import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../api/problem.ts'
import { noSniffing } from '../security-headers.ts'
import type { Service } from './service.ts'

/**
 * What happens to every request around its endpoint: it gets an id, is logged when it arrives and
 * again when it is done, is counted, and is turned away when this server is draining.
 */
export function registerRequests(app: FastifyInstance, service: Service): void {
  const { instance, log, vitals, metrics } = service
  const common = {
    'x-served-by': instance,
    'cache-control': 'no-store', // unless the endpoint knows better
    ...noSniffing,
  }

  app.addHook('onRequest', (request, reply, next) => {
    reply.header('x-request-id', request.id).headers(common)
    if (isProbe(request)) return next()
    const arrived = performance.now()
    // Not the hook onResponse, which does not run where the client has left.
    reply.raw.on('close', () => count(request, reply, performance.now() - arrived))
    if (service.stopping.aborted) {
      // Before any work: the proxy asks the next server. 502 means this, and nothing else.
      return next(
        new Problem(502, `${instance} is draining.`, {
          headers: { connection: 'close', 'retry-after': '1' },
        }),
      )
    }
    vitals.hit()
    log.hit({ method: request.method, path: pathOf(request), requestId: request.id })
    next()
  })

  function count(request: FastifyRequest, reply: FastifyReply, ms: number): void {
    const { method } = request
    const left = !reply.raw.writableEnded
    const status = left ? clientLeft : reply.statusCode
    const route = request.routeOptions.url ?? 'unknown'
    metrics.requests.inc({ method, route, status })
    metrics.requestSeconds.observe({ route }, ms / 1000)
    if (status === 502) return
    log.done({ method, path: pathOf(request), requestId: request.id, status, ms, left })
  }
}

/** The status under which nginx counts such requests; nobody is there to be sent it. */
const clientLeft = 499

/** Health checks and scrapes come every few seconds for ever: they are neither logged nor counted. */
function isProbe({ url }: FastifyRequest): boolean {
  return url === '/livez' || url === '/readyz' || url === '/metrics'
}

/** Without the query: it may hold what must not be in a log. */
function pathOf({ url }: FastifyRequest): string {
  const end = url.indexOf('?')
  return url.slice(0, Math.min(200, end < 0 ? url.length : end))
}
