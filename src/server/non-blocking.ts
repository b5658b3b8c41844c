import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { NonBlockingAnswer } from '../api/answers.ts'
import { readIdempotencyKey } from '../api/idempotency-key.ts'
import { readWait } from '../api/prefer.ts'
import { Problem } from '../api/problem.ts'
import { nonBlockingFields } from '../api/task-request.ts'
import type { Source } from '../api/validate.ts'
import { jobIdOf } from '../queue/job-id.ts'
import type { NewJob } from '../queue/producer.ts'
import { isOver, type JobView } from '../queue/view.ts'
import type { Expected } from '../queue/watch.ts'
import { timeLimit } from '../tasks/time-limit.ts'
import { budgetStatuses, createAdmission } from './admission.ts'
import { answer, bodyOf, problems, queryOf } from './described.ts'
import { sendWithJson } from './json.ts'
import { createTaskReader } from './read-task.ts'
import type { Endpoint } from './route.ts'
import type { Service } from './service.ts'

interface NonBlockingRequest {
  task?: string | undefined
  timeoutMs?: number | undefined
  priority?: number | undefined
  params?: Record<string, unknown>
}

/** `/api/non-blocking`: queues a task, and answers at once unless the client prefers to wait. */
export function nonBlocking(service: Service): { GET: Endpoint; POST: Endpoint } {
  const { config, instance, catalogue, producer, watch } = service
  const fields = nonBlockingFields(config.maxTimeoutMs)
  const read = createTaskReader(catalogue, fields)
  const admission = createAdmission(service)

  /** @throws {Problem} */
  function newJob(asked: NonBlockingRequest, source: Source, request: FastifyRequest): NewJob {
    const requestId = request.id
    const key = readIdempotencyKey(request.headers['idempotency-key'])
    const { task, params } = read(asked.task, asked.params ?? {}, source)
    const { timeoutMs, priority = 0 } = asked
    const longestMs = Math.min(timeoutMs ?? config.maxTimeoutMs, timeLimit(task, config))
    return {
      id: jobIdOf(requestId),
      ...(key === undefined ? {} : { key }),
      task: task.name,
      data: {
        ...admission.estimate(request, task, params, longestMs),
        params,
        requestId,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      },
      priority,
    }
  }

  const respond = (source: Source): Endpoint['handler'] =>
    async function answerNonBlocking(request, reply) {
      const waitS = readWait(request.headers.prefer)
      const asked =
        source === 'query' ? fromQuery(request.query) : (request.body as NonBlockingRequest)
      const job = newJob(asked, source, request)
      // The id of a job with a key is known only when it was added.
      using expected =
        waitS === undefined || job.key !== undefined ? undefined : watch.expect(job.id)
      const queued = await producer.add(job)
      reply.header('location', `/api/jobs/${queued.job.id}`)
      if (waitS === undefined) return send(reply, queued)
      reply.header('preference-applied', `wait=${waitS}`)
      const later = await untilOver(queued, expected, waitS * 1000, request)
      refuseBadEnd(later.job, job.key !== undefined)
      return send(reply, later)
    }

  /** The job is accepted by now: whatever goes wrong while waiting must not look as if it were not. */
  async function untilOver(
    queued: JobView,
    expected: Expected | undefined,
    ms: number,
    request: FastifyRequest,
  ): Promise<JobView> {
    const signal = AbortSignal.any([request.signal, service.stopping])
    try {
      const later = expected
        ? expected.untilOver(queued, ms, signal)
        : watch.untilOver(queued.job.id, ms, signal)
      return (await later) ?? queued
    } catch {
      return queued
    }
  }

  function send(reply: FastifyReply, { job, resultJson }: JobView) {
    const complete = isOver(job.state)
    const { waitMs, runMs } = job.timing
    const body: Omit<NonBlockingAnswer, 'result'> = {
      type: 'non-blocking',
      complete,
      task: job.task,
      executor: 'queue',
      instance,
      job,
      ...(complete ? { timing: { waitMs: waitMs ?? 0, runMs: runMs ?? 0 } } : {}),
    }
    return sendWithJson(reply.code(complete ? 200 : 202), body, 'result', resultJson)
  }

  const overBudget = budgetStatuses(config)
  const headers = Type.Object(
    {
      prefer: Type.Optional(
        Type.String({
          description: '`wait=S`: answer with the result if it is there within S seconds',
        }),
      ),
      'idempotency-key': Type.Optional(
        Type.String({
          description:
            'the same key and the same request are the same job, from any server, for as long as the ' +
            'job is kept; 1 to 255 visible ASCII characters',
        }),
      ),
    },
    { additionalProperties: true },
  )
  const shared = { tags: ['tasks'], summary: 'Queue a task for a worker', headers }
  const accepted = {
    200: answer('It is done: it was within the preferred wait', NonBlockingAnswer),
    202: answer('It is queued; `Location` is its job', NonBlockingAnswer),
  }
  return {
    GET: {
      startsWork: true,
      schema: {
        ...shared,
        operationId: 'runNonBlocking',
        querystring: queryOf(fields, catalogue),
        response: { ...accepted, ...problems(400, 404, 409, ...overBudget, 500, 503, 504) },
      },
      handler: respond('query'),
    },
    POST: {
      schema: {
        ...shared,
        operationId: 'postNonBlocking',
        body: bodyOf(fields, catalogue),
        response: {
          ...accepted,
          ...problems(400, 404, 409, 413, 415, ...overBudget, 500, 503, 504),
        },
      },
      handler: respond('body'),
    },
  }
}

/** A job that failed while its client waited is answered as the same run inside a request would be. */
function failed({ id, task, error }: JobView['job'], keyed: boolean): Problem {
  const detail = error?.detail ?? 'for an unknown reason'
  const isLate = error?.reason === 'deadline before start'
  // Under the same key, another try would be told the same: 503 would call for it.
  if (isLate && !keyed)
    return new Problem(503, `${task} ${detail}.`, { job: id, headers: { 'retry-after': '1' } })
  if (isLate || error?.reason === 'deadline')
    return new Problem(504, `${task} ${detail}.`, { job: id })
  return new Problem(500, `${task} failed: ${detail}`, { title: 'Task Failed', job: id })
}

/** For a client that has waited for the result. @throws {Problem} where there will be none */
function refuseBadEnd(job: JobView['job'], keyed: boolean): void {
  if (job.state === 'failed') throw failed(job, keyed)
  if (job.state === 'cancelled')
    throw new Problem(409, `${job.task} was cancelled.`, { job: job.id })
}

function fromQuery(query: unknown): NonBlockingRequest {
  const { task, timeoutMs, priority, ...params } = query as NonBlockingRequest &
    Record<string, unknown>
  return { task, timeoutMs, priority, params }
}
