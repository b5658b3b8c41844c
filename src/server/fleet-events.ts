import { streamHeaders } from '../event-stream.ts'
import { createFeed } from '../fleet/feed.ts'
import { fleetStream, tooManyStreams } from '../fleet/fleet-stream.ts'
import { readFleet } from '../fleet/read-fleet.ts'
import { problems } from './described.ts'
import type { Endpoint } from './route.ts'
import type { Service } from './service.ts'

/**
 * `/api/fleet/events`: the fleet as server-sent events. Behind the proxy, the thread that watches the event
 * loop answers instead (src/fleet/watcher.ts): a blocked server cannot tell that it is blocked.
 */
export function fleetEvents({ producer, config, vitals, stopping }: Service): { GET: Endpoint } {
  const { redis, asking } = producer
  const feed = createFeed({ read: () => asking(() => readFleet(redis, config.queueLimit)) })
  return {
    GET: {
      streams: true,
      schema: {
        tags: ['fleet'],
        operationId: 'followFleet',
        summary:
          'The fleet as server-sent events: the event fleet, or away while Redis does not answer',
        response: {
          200: {
            description:
              'The fleet, and again whenever it has changed: the data of `fleet` is a Fleet, that of `away` has a `detail`',
            content: { 'text/event-stream': { schema: { type: 'string' } } },
          },
          ...problems(503),
        },
      },
      handler(request, reply) {
        const refusal = tooManyStreams(feed)
        if (refusal !== undefined) throw refusal
        const ends = [request.signal, stopping]
        // The thread of a server that has just started is not there yet: its clients then come back to it.
        if (!vitals.threadTells.aborted) ends.push(vitals.threadTells)
        return reply
          .headers(streamHeaders)
          .send(fleetStream(feed, reply.raw, AbortSignal.any(ends)))
      },
    },
  }
}
