import { TaskList } from '../api/answers.ts'
import { timeLimit } from '../tasks/time-limit.ts'
import { answer } from './described.ts'
import type { Endpoint } from './route.ts'
import type { Service } from './service.ts'

/** `/api/tasks`: what can be asked for. It does not change while this server lives. */
export function tasks({ catalogue, config }: Service): { GET: Endpoint } {
  const list: TaskList = {
    default: catalogue.default.name,
    tasks: catalogue.list().map((task) => ({
      name: task.name,
      summary: task.summary,
      params: task.params,
      timeoutMs: timeLimit(task, config),
    })),
  }
  const text = JSON.stringify(list)
  return {
    GET: {
      schema: {
        tags: ['tasks'],
        operationId: 'listTasks',
        summary: 'The tasks, with the JSON Schema of their parameters',
        response: { 200: answer('The tasks', TaskList) },
      },
      handler: (_request, reply) => reply.type('application/json; charset=utf-8').send(text),
    },
  }
}
