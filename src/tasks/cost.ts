import type { Task } from './define.ts'

/** A task's `cost` that is not right: a mistake of its author, in a line for them. */
export class CostError extends Error {
  constructor(task: string, mistake: string, options?: ErrorOptions) {
    super(
      `${task}: cost(params) must return a finite number of at least 0, but ${mistake}`,
      options,
    )
    this.name = 'CostError'
  }
}

/**
 * Estimated CPU time of one run, in whole milliseconds; 0 for a task that does not say.
 *
 * @param longestMs how long the run may take: it cannot use more than that of its thread
 * @throws {CostError}
 */
export function costOf(task: Task, params: unknown, longestMs: number): number {
  if (task.cost === undefined) return 0
  return Math.round(Math.min(longestMs, askCost(task, params)))
}

/** What is wrong with the cost of a task's default parameters; undefined too where it has none for all. */
export function costMistake(task: Task): string | undefined {
  const properties = Object.entries(task.params.properties) as [string, { default?: unknown }][]
  const required = new Set<string>(task.params.required ?? [])
  const given = properties.filter(([, schema]) => schema.default !== undefined)
  const names = new Set(given.map(([name]) => name))
  if (task.cost === undefined || [...required].some((name) => !names.has(name))) return undefined
  try {
    askCost(task, Object.fromEntries(given.map(([name, schema]) => [name, schema.default])))
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function askCost(task: Task, params: unknown): number {
  let cost: unknown
  try {
    cost = task.cost?.(params)
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    throw new CostError(task.name, `threw: ${said.split('\n', 1)[0]}`, { cause: error })
  }
  if (typeof cost === 'number' && Number.isFinite(cost) && cost >= 0) return cost
  throw new CostError(task.name, `returned ${shown(cost)}`)
}

function shown(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'an object' : String(value).slice(0, 50)
}
