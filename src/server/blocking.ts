import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import { BlockingAnswer } from '../api/answers.ts'
import { Problem, unavailable } from '../api/problem.ts'
import { blockingFields } from '../api/task-request.ts'
import { roundMs } from '../api/timing.ts'
import type { Source } from '../api/validate.ts'
import {
  type Executor,
  type Outcome,
  WorkError,
  type WorkErrorReason,
} from '../executors/executor.ts'
import type { WastedReason } from '../metrics.ts'
import type { Task } from '../tasks/define.ts'
import { timeLimit } from '../tasks/time-limit.ts'
import { budgetStatuses, createAdmission } from './admission.ts'
import { answer, bodyOf, problems, queryOf } from './described.ts'
import { sendWithJson } from './json.ts'
import { createTaskReader } from './read-task.ts'
import type { Endpoint } from './route.ts'
import type { Service } from './service.ts'

interface BlockingRequest {
  task?: string | undefined
  executor?: 'thread' | 'event-loop' | undefined
  timeoutMs?: number | undefined
  params: Record<string, unknown>
}

/** `/api/blocking`: runs a task inside the request, on a thread or on the event loop. */
export function blocking(service: Service): { GET: Endpoint; POST: Endpoint } {
  const { config, instance, catalogue, executors, metrics } = service
  const fields = blockingFields(config.maxTimeoutMs)
  const read = createTaskReader(catalogue, fields)
  const admission = createAdmission(service)

  async function run(asked: BlockingRequest, source: Source, reply: FastifyReply) {
    const { request } = reply
    const signal = clientLeaving(reply)
    const { task, params } = read(asked.task, asked.params, source)
    const name = asked.executor ?? 'thread'
    if (name === 'event-loop' && config.eventLoop === 'forbid')
      throw new Problem(400, 'This service does not run tasks on the event loop.', {
        errors: [{ field: 'executor', detail: 'must be "thread"' }],
      })
    const timeoutMs = Math.min(asked.timeoutMs ?? config.maxTimeoutMs, timeLimit(task, config))
    const admitted = await admission.enter(admission.estimate(request, task, params, timeoutMs))
    try {
      const outcome = await executors[name].run({ task, params, timeoutMs, signal })
      if (name === 'event-loop') await clientHeard(signal)
      if (signal.aborted) throw new WorkError('aborted', 'the client has left', outcome.cpuMs)
      admitted.ended(outcome.cpuMs)
      count(task, name, outcome)
      return { task, name, outcome }
    } catch (error) {
      if (!(error instanceof WorkError)) throw error
      admitted.ended(error.cpuMs)
      metrics.tasks.inc({ task: task.name, executor: name, outcome: error.reason })
      metrics.wasted(name, wastedReason(error.reason, signal), error.cpuMs)
      throw asProblem(error, task)
    }
  }

  function count(task: Task, executor: Executor['name'], { runMs, cpuMs }: Outcome): void {
    const labels = { task: task.name, executor }
    metrics.tasks.inc({ ...labels, outcome: 'completed' })
    metrics.taskSeconds.observe(labels, runMs / 1000)
    metrics.cpuSeconds.inc(labels, cpuMs / 1000)
  }

  function asProblem({ reason, message }: WorkError, task: Task): Problem {
    const waitS = executors.thread.expectedWaitMs() / 1000
    if (reason === 'full') return unavailable(`${instance} is busy: ${message}.`, waitS)
    if (reason === 'deadline before start')
      return unavailable(`${instance} is busy: ${task.name} ${message}.`, waitS)
    if (reason === 'deadline') return new Problem(504, `${task.name} ${message}.`)
    if (reason === 'aborted') return new Problem(503, 'The run was given up.')
    return new Problem(500, `${task.name} failed: ${message}`, { title: 'Task Failed' })
  }

  const respond = (source: Source): Endpoint['handler'] =>
    async function answerBlocking(request, reply) {
      const asked = source === 'query' ? fromQuery(request.query) : fromBody(request.body)
      const { task, name, outcome } = await run(asked, source, reply)
      const { json, waitMs, runMs } = outcome
      const body: Omit<BlockingAnswer, 'result'> = {
        type: 'blocking',
        complete: true,
        task: task.name,
        executor: name,
        instance,
        timing: { waitMs: roundMs(waitMs), runMs: roundMs(runMs) },
      }
      return sendWithJson(reply, body, 'result', json)
    }

  const overBudget = budgetStatuses(config)
  const shared = { tags: ['tasks'], summary: 'Run a task inside the request' }
  const done = answer('The task is done', BlockingAnswer)
  return {
    GET: {
      startsWork: true,
      schema: {
        ...shared,
        operationId: 'runBlocking',
        querystring: queryOf(fields, catalogue),
        response: { 200: done, ...problems(400, 404, ...overBudget, 500, 503, 504) },
      },
      handler: respond('query'),
    },
    POST: {
      schema: {
        ...shared,
        operationId: 'postBlocking',
        body: bodyOf(fields, catalogue),
        response: { 200: done, ...problems(400, 404, 413, 415, ...overBudget, 500, 503, 504) },
      },
      handler: respond('body'),
    },
  }
}

/** Work that did not start has used no CPU, whatever its reason. */
function wastedReason(reason: WorkErrorReason, client: AbortSignal): WastedReason {
  if (reason === 'aborted') return client.aborted ? 'client left' : 'cancelled'
  if (reason === 'full' || reason === 'deadline before start') return 'deadline'
  return reason
}

/**
 * Aborted when the client leaves before its answer. The request's own signal is aborted after every answer,
 * with an error each that holds its stack: a tenth of this loop's time where answers are short.
 */
function clientLeaving({ request, raw }: FastifyReply): AbortSignal {
  const left = new AbortController()
  request.raw.once('close', () => {
    if (!raw.writableEnded) left.abort()
  })
  return left.signal
}

/**
 * That a client left while the event loop was blocked is heard when the loop has turned: once to come to
 * its sockets, once to read that this one has ended, once to close it; and once more for good measure.
 */
async function clientHeard(signal: AbortSignal): Promise<void> {
  for (let turns = 0; turns < 4 && !signal.aborted; turns++) await nextTurn()
}

function fromQuery(query: unknown): BlockingRequest {
  const { task, executor, timeoutMs, ...params } = query as Omit<BlockingRequest, 'params'>
  return { task, executor, timeoutMs, params }
}

function fromBody(body: unknown): BlockingRequest {
  const asked = body as Omit<BlockingRequest, 'params'> & { params?: Record<string, unknown> }
  return { ...asked, params: asked.params ?? {} }
}
