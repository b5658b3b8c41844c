import type { Endpoint } from './route.ts'
import type { Service } from './service.ts'

/** `/metrics`: Prometheus text of this instance. The proxy does not pass it on. */
export function metrics({ metrics: { registry } }: Service): { GET: Endpoint } {
  return {
    GET: {
      schema: { hide: true },
      handler: async (_request, reply) =>
        reply.type(registry.contentType).send(await registry.metrics()),
    },
  }
}
