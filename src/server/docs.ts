import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { sharedSchemas } from './described.ts'
import type { Endpoint } from './route.ts'
import { contentSecurityPolicy, pageHeaders } from './security-headers.ts'

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
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: policy,
    uiHooks: {
      onRequest(_request, reply, next) {
        reply.headers(headers)
        next()
      },
    },
  })
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
const headers = pageHeaders(policy)

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
