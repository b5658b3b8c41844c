import { Fleet } from '../api/fleet.ts'
import { readRoster } from '../fleet/roster.ts'
import { QueueAway } from '../queue/producer.ts'
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
      async handler(): Promise<Fleet> {
        const [instances, counts] = await Promise.all([
          readRoster(producer.redis).catch((error: Error) => {
            throw new QueueAway(error.message)
          }),
          producer.counts(),
        ])
        return { instances, queue: { ...counts, limit: config.queueLimit } }
      },
    },
  }
}
