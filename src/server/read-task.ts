import { invalid, Problem } from '../api/problem.ts'
import { checker, type Source } from '../api/validate.ts'
import type { Catalogue } from '../tasks/catalogue.ts'
import type { Task } from '../tasks/define.ts'

/** Finds the task that a request names, and checks its parameters against the task's schema. */
export type TaskReader = (
  name: string | undefined,
  params: Record<string, unknown>,
  source: Source,
) => { task: Task; params: Record<string, unknown> }

/**
 * The reader throws a Problem: 404 for an unknown task, 400 that names each wrong parameter. `fields` are
 * the request's own, beside which the parameters stand in a URL.
 */
export function createTaskReader(catalogue: Catalogue, fields: object): TaskReader {
  const besides = Object.keys(fields)
  const checkers = new Map(
    catalogue.list().map(({ name, params }) => [
      name,
      {
        query: checker(params, 'query', { besides }),
        body: checker(params, 'body', { prefix: 'params.' }),
      },
    ]),
  )
  return (name, given, source) => {
    const task = name === undefined ? catalogue.default : catalogue.get(name)
    const check = task && checkers.get(task.name)
    if (task === undefined || check === undefined) throw unknownTask(name ?? '', catalogue)
    const checked = check[source](given)
    if (!checked.ok) throw invalid(checked.errors)
    return { task, params: checked.value }
  }
}

function unknownTask(name: string, catalogue: Catalogue): Problem {
  const known = catalogue.list().map((task) => task.name)
  return new Problem(
    404,
    `There is no task ${JSON.stringify(name.slice(0, 100))}; there are: ${known.join(', ')}.`,
    {
      errors: [{ field: 'task', detail: `must be one of ${known.join(', ')}` }],
    },
  )
}
