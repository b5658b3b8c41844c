import { Type } from 'typebox'
import { Job } from '../api/job.ts'
import { readWait } from '../api/prefer.ts'
import { Problem } from '../api/problem.ts'
import { jobIdPattern } from '../queue/job-id.ts'
import { answer, problems } from './described.ts'
import { sendWithJson } from './json.ts'
import type { Endpoint } from './route.ts'
import type { Service } from './service.ts'

/** `/api/jobs/{id}`: a job as it is now, or when it is over if the client prefers to wait; and its cancelling. */
export function job({ producer, watch, stopping }: Service): { GET: Endpoint; DELETE: Endpoint } {
  const params = Type.Object({ id: Type.String() })
  return {
    GET: {
      schema: {
        tags: ['jobs'],
        operationId: 'getJob',
        summary: 'A job: its state, progress, timing, and result or error',
        params,
        response: { 200: answer('The job', Job), ...problems(400, 404, 503) },
      },
      async handler(request, reply) {
        const { id } = request.params as { id: string }
        const waitS = readWait(request.headers.prefer)
        if (waitS !== undefined) reply.header('preference-applied', `wait=${waitS}`)
        const view = jobIdPattern.test(id)
          ? await (waitS === undefined
              ? producer.find(id)
              : watch.untilOver(id, waitS * 1000, AbortSignal.any([request.signal, stopping])))
          : undefined
        if (view === undefined) throw unknownJob()
        return sendWithJson(reply, view.job, 'result', view.resultJson)
      },
    },
    DELETE: {
      schema: {
        tags: ['jobs'],
        operationId: 'cancelJob',
        summary: 'Cancel a job, whether it waits or runs',
        params,
        response: { 200: answer('It is cancelled', Job), ...problems(404, 409, 503) },
      },
      async handler(request, reply) {
        const { id } = request.params as { id: string }
        const view = jobIdPattern.test(id) ? await producer.cancel(id, request.id) : undefined
        if (view === undefined) throw unknownJob()
        return sendWithJson(reply, view.job, 'result', undefined)
      },
    },
  }
}

/** 404 for a job. */
export function unknownJob(): Problem {
  return new Problem(404, 'There is no such job, or it is over for so long that it is forgotten.', {
    errors: [{ field: 'id', detail: 'must be the id of a job that was accepted' }],
  })
}
