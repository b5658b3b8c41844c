import { Fleet } from '../api/fleet.ts'
import { readFleet } from '../fleet/read-fleet.ts'
import { answer, problems } from './described.ts'
import type { Endpoint } from './route.ts'
import type { Service } from './service.ts'

/** `/api/fleet`: who is alive, how they are, and how long the queue is. */
export function fleet({ producer, config }: Service): { GET: Endpoint } {
  return {
    GET: {
      schema: {
        tags: ['fleet'],
        operationId: 'getFleet',
        summary: 'All instances with their vitals, and the queue',
        response: { 200: answer('The fleet', Fleet), ...problems(503) },
      },
      handler: (): Promise<Fleet> =>
        producer.asking(() => readFleet(producer.redis, config.queueLimit)),
    },
  }
}
