import { Type } from 'typebox'
import { Job } from '../api/job.ts'
import { readWait } from '../api/prefer.ts'
import { Problem } from '../api/problem.ts'
import { answer, problems } from './described.ts'
import { sendWithJson } from './json.ts'
import type { Endpoint } from './route.ts'
import type { Service } from './service.ts'

/** `/api/jobs/{id}`: a job as it is now, or when it is over if the client prefers to wait. */
export function job({ producer, watch, stopping }: Service): { GET: Endpoint } {
  return {
    GET: {
      schema: {
        tags: ['jobs'],
        operationId: 'getJob',
        summary: 'A job: its state, progress, timing, and result or error',
        params: Type.Object({ id: Type.String() }),
        response: { 200: answer('The job', Job), ...problems(400, 404, 503) },
      },
      async handler(request, reply) {
        const { id } = request.params as { id: string }
        const waitS = readWait(request.headers.prefer)
        if (waitS !== undefined) reply.header('preference-applied', `wait=${waitS}`)
        const view = /^j[0-9a-f]{32}$/.test(id)
          ? await (waitS === undefined
              ? producer.find(id)
              : watch.untilOver(id, waitS * 1000, AbortSignal.any([request.signal, stopping])))
          : undefined
        if (view === undefined) throw unknownJob()
        return sendWithJson(reply, view.job, 'result', view.resultJson)
      },
    },
  }
}

function unknownJob(): Problem {
  return new Problem(404, 'There is no such job, or it is over for so long that it is forgotten.', {
    errors: [{ field: 'id', detail: 'must be the id of a job that was accepted' }],
  })
}
