import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import type { TObject } from 'typebox'
import { invalid } from '../api/problem.ts'
import { checker, type Source } from '../api/validate.ts'
import { maxHeaderSize, requestId } from '../bare-http.ts'
import { blocking } from './blocking.ts'
import { openapi, registerDocs } from './docs.ts'
import { answerClientError, registerErrors, sendProblem } from './errors.ts'
import { fleet } from './fleet.ts'
import { fleetEvents } from './fleet-events.ts'
import { livez, readyz } from './health.ts'
import { job } from './job.ts'
import { jobEvents } from './job-events.ts'
import { parseJson } from './json.ts'
import { metrics } from './metrics.ts'
import { nonBlocking } from './non-blocking.ts'
import { registerPage } from './page.ts'
import { registerRequests } from './requests.ts'
import { addPath } from './route.ts'
import type { Service } from './service.ts'
import { tasks } from './tasks.ts'

/** The server's whole HTTP side: every path that it answers is named here. It does not listen yet. */
export async function buildApp(service: Service): Promise<FastifyInstance> {
  const app = createApp(service)
  registerErrors(app, service)
  registerRequests(app, service)
  await registerDocs(app)
  registerPage(app, service)
  addPath(app, '/api/blocking', blocking(service))
  addPath(app, '/api/non-blocking', nonBlocking(service))
  addPath(app, '/api/jobs/:id', job(service))
  addPath(app, '/api/jobs/:id/events', jobEvents(service))
  addPath(app, '/api/tasks', tasks(service))
  addPath(app, '/api/fleet', fleet(service))
  addPath(app, '/api/fleet/events', fleetEvents(service))
  addPath(app, '/livez', livez(service))
  addPath(app, '/readyz', readyz(service))
  addPath(app, '/metrics', metrics(service))
  addPath(app, '/openapi.json', openapi(app))
  if (service.config.adminToken !== '') await registerBoard(app, service)
  return app
}

/** The dashboard's code is loaded only where there is one, or every start would take longer. */
async function registerBoard(app: FastifyInstance, service: Service): Promise<void> {
  const { admin } = await import('./admin.ts')
  await app.register(admin(service), { prefix: '/admin/queues' })
}

const bodyLimit = 16 * 1024
// A client that says nothing, or too little: cut off a little after the proxy would. Node looks for such
// ones every 30 s unless told otherwise.
const requestTimeout = 15_000
const connectionsCheckingInterval = 2000
// Silence while a task runs is normal: longer than the proxy waits for an answer.
const connectionTimeout = 160_000
// Longer than the proxy keeps an idle connection, so that it is the proxy who closes it.
const keepAliveTimeout = 75_000

function createApp({ instance }: Service): FastifyInstance {
  const app = Fastify({
    logger: false, // log.ts words the log
    genReqId: requestId,
    requestIdHeader: false,
    bodyLimit,
    routerOptions: { maxParamLength: maxHeaderSize },
    requestTimeout,
    connectionTimeout,
    keepAliveTimeout,
    http: { maxHeaderSize, headersTimeout: requestTimeout, connectionsCheckingInterval },
    forceCloseConnections: 'idle',
    return503OnClosing: false, // draining answers 502 instead, which the proxy takes elsewhere
    clientErrorHandler: answerClientError(instance),
    frameworkErrors: (_error, request, reply) => {
      reply.header('x-request-id', request.id).header('x-served-by', instance)
      sendProblem(reply, invalid([{ field: 'url', detail: 'is not a valid path' }]))
    },
  })
  // Node would answer 417 by itself, without our headers; what the header expects may be ignored.
  app.server.on('checkExpectation', (...exchange) => void app.server.emit('request', ...exchange))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    async (_request: FastifyRequest, text: string) => parseJson(text),
  )
  app.setValidatorCompiler<TObject>(({ schema, httpPart }) => {
    // Described for the document only: whoever reads a header checks it.
    if (httpPart === 'headers') return () => true
    const source: Source = httpPart === 'body' ? 'body' : 'query'
    const check = checker(schema, source)
    return (input) => {
      const checked = check(input)
      return checked.ok ? { value: checked.value } : { error: invalid(checked.errors) }
    }
  })
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  return app
}
