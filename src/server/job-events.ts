import type { ServerResponse } from 'node:http'
import { Type } from 'typebox'
import { eventStream, streamHeaders } from '../event-stream.ts'
import { jobIdPattern } from '../queue/job-id.ts'
import { isOver, type JobView } from '../queue/view.ts'
import { problems } from './described.ts'
import { unknownJob } from './job.ts'
import { giveUpOnSlowReader, withJson } from './json.ts'
import type { Endpoint } from './route.ts'
import type { Service } from './service.ts'

/**
 * `/api/jobs/{id}/events`: the job as server-sent events, until it is over. Each event carries the whole
 * job, so whoever comes back after a break needs nothing of what it has missed.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function jobEvents({ watch, stopping }: Service): { GET: Endpoint } {
  return {
    GET: {
      streams: true,
      schema: {
        tags: ['jobs'],
        operationId: 'followJob',
        summary:
          'A job as server-sent events: `progress`, then `completed`, `failed` or `cancelled`',
        params: Type.Object({ id: Type.String() }),
        headers: Type.Object(
          {
            'last-event-id': Type.Optional(
              Type.String({
                description: 'the last event that was seen; after the last of all: 204',
              }),
            ),
          },
          { additionalProperties: true },
        ),
        response: {
          200: {
            description: 'The job, and again whenever it has changed; its data is a Job',
            content: { 'text/event-stream': { schema: { type: 'string' } } },
          },
          204: { description: 'The client has seen the end of this job; nothing will follow' },
          ...problems(404, 503),
        },
      },
      async handler(request, reply) {
        const { id } = request.params as { id: string }
        if (!jobIdPattern.test(id)) throw unknownJob()
        const views = watch.follow(id, AbortSignal.any([request.signal, stopping]))
        const first = await views.next()
        if (first.done) throw unknownJob()
        const seen = request.headers['last-event-id']
        if (isOver(first.value.job.state) && seen === first.value.job.state) {
          await views.return()
          return reply.code(204).send()
        }
        return reply
          .headers(streamHeaders)
          .send(eventStream(eventsOf(first.value, views, reply.raw)))
      },
    },
  }
}

async function* eventsOf(
  first: JobView,
  views: AsyncGenerator<JobView, void, undefined>,
  raw: ServerResponse,
): AsyncGenerator<string, void, undefined> {
  // The last event may carry a large result: after it comes nothing, and the client has to take it in time.
  const limited = (view: JobView) => {
    const event = eventOf(view)
    giveUpOnSlowReader(raw, event)
    return event
  }
  try {
    yield limited(first)
    for await (const view of views) yield limited(view)
  } finally {
    await views.return()
  }
}

function eventOf({ job, resultJson }: JobView): string {
  const over = isOver(job.state)
  // Only the last event has an id: with it a client says that it has seen the end.
  const head = over ? `event: ${job.state}\nid: ${job.state}\n` : 'event: progress\n'
  return `${head}data: ${withJson(job, 'result', resultJson)}\n\n`
}
