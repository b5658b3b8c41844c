import { Health } from '../api/answers.ts'
import { answer } from './described.ts'
import type { Endpoint } from './route.ts'
import type { Service } from './service.ts'

/** `/livez`: this process runs and its event loop turns. */
export function livez({ instance }: Service): { GET: Endpoint } {
  return {
    GET: {
      schema: {
        tags: ['health'],
        operationId: 'livez',
        summary: 'This instance runs',
        response: { 200: answer('It runs', Health) },
      },
      handler: (): Health => ({ status: 'ok', instance }),
    },
  }
}

/** `/readyz`: it can serve: Redis is reachable, and it is not draining. */
export function readyz(service: Service): { GET: Endpoint } {
  const { instance, producer } = service
  return {
    GET: {
      schema: {
        tags: ['health'],
        operationId: 'readyz',
        summary: 'This instance can serve everything',
        response: { 200: answer('It can', Health), 503: answer('It cannot', Health) },
      },
      async handler(_request, reply): Promise<Health> {
        const redis = producer.ready() ? await producer.redis.ping().catch(() => 'away') : 'away'
        const checks = {
          redis: redis === 'PONG' ? 'ok' : 'away',
          draining: service.stopping.aborted ? 'yes' : 'no',
        }
        const ok = checks.redis === 'ok' && !service.stopping.aborted
        if (!ok) reply.code(503)
        return { status: ok ? 'ok' : 'unavailable', instance, checks }
      },
    },
  }
}
