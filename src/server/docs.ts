import swagger, { type StaticDocumentSpec } from '@fastify/swagger'
import Fastify, { type FastifyInstance } from 'fastify'
import { contentSecurityPolicy, pageHeaders } from '../security-headers.ts'
import { sharedSchemas } from './described.ts'
import { addPath, type Endpoint } from './route.ts'

/**
 * The API's documentation, made from the schemas that validate it. Registered before the routes that it
 * describes.
 */
export async function registerDocs(app: FastifyInstance): Promise<void> {
  for (const schema of sharedSchemas) app.addSchema(schema)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Unblock',
        description: 'CPU-heavy tasks on the event loop, on a thread, or on a queue.',
        version: '1',
      },
    },
    refResolver: {
      buildLocalReference: (json, _uri, _fragment, i) => String(json.$id ?? `schema-${i}`),
    },
  })
  let pages: Promise<FastifyInstance> | undefined
  const page: Endpoint = {
    schema: { hide: true },
    async handler({ url, headers }, reply) {
      pages ??= loadPages(app)
      const ui = await pages.catch((error) => {
        pages = undefined
        throw error
      })
      const { 'if-none-match': known } = headers
      const answer = await ui.inject({ url, headers: known ? { 'if-none-match': known } : {} })
      if (answer.statusCode >= 500) throw new Error(`Swagger UI: ${answer.body}`)
      if (answer.statusCode >= 400) return reply.callNotFound()
      for (const name of ['content-type', 'etag', 'cache-control', 'location'])
        if (answer.headers[name] !== undefined) reply.header(name, answer.headers[name])
      return reply.code(answer.statusCode).headers(docsHeaders).send(answer.rawPayload)
    },
  }
  addPath(app, '/docs', { GET: page })
  addPath(app, '/docs/*', { GET: page })
}

/** Swagger UI is loaded only when somebody asks for it, or every start would take longer. */
async function loadPages(app: FastifyInstance): Promise<FastifyInstance> {
  const { default: swaggerUi } = await import('@fastify/swagger-ui')
  const pages = Fastify()
  const specification = { document: app.swagger() as StaticDocumentSpec['document'] }
  await pages.register(swagger, { mode: 'static', specification })
  await pages.register(swaggerUi, { routePrefix: '/docs', staticCSP: policy })
  return pages
}

/** The one style element that Swagger UI makes, of 5.x; a test looks for it. */
const styleOfIts = "'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='"

const policy = contentSecurityPolicy({
  'script-src': "'self'",
  'style-src': `'self' ${styleOfIts}`,
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
})
const docsHeaders = pageHeaders(policy)

/** `/openapi.json` */
export function openapi(app: FastifyInstance): { GET: Endpoint } {
  let text: string | undefined
  return {
    GET: {
      schema: { hide: true },
      handler(_request, reply) {
        text ??= JSON.stringify(app.swagger())
        return reply.type('application/json; charset=utf-8').send(text)
      },
    },
  }
}
