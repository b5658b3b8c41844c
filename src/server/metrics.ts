import { Problem } from '../api/problem.ts'
import type { Endpoint } from './route.ts'
import type { Service } from './service.ts'

/** `/metrics`: Prometheus text of this instance. The proxy does not pass it on. */
export function metrics({ metrics: { registry } }: Service): { GET: Endpoint } {
  return {
    GET: {
      schema: { hide: true },
      handler: async (_request, reply) => {
        if (registry === undefined) throw new Problem(404, 'Nothing is counted here: METRICS=off.')
        return reply.type(registry.contentType).send(await registry.metrics())
      },
    },
  }
}
