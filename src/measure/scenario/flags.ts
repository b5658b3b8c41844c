import { UsageError } from '../../usage-error.ts'
import { parseDuration } from './duration.ts'
import { type ExecutorName, executors, type Scenario } from './schema.ts'

/** Options of the command line for commander: each function reads one, on top of what was read before. */

/** Reads `thread` or `event-loop,queue`. @throws {UsageError} */
export function parseExecutors(text: string, before: ExecutorName[] = []): ExecutorName[] {
  const found = text.split(',').map((name) => {
    const executor = executors.find((each) => each === name.trim())
    if (executor === undefined)
      throw refused('executor', text, `one or more of ${executors.join(', ')}`)
    return executor
  })
  return [...new Set([...before, ...found])]
}

/** Requests a second. @throws {UsageError} */
export function parseRate(text: string): number {
  const rate = Number(text)
  if (!/^(\d+(\.\d*)?|\.\d+)$/.test(text) || rate <= 0 || rate > 100_000)
    throw refused(
      'rate',
      text,
      'a number of requests a second above 0, at most 100000, such as 2.5',
    )
  return rate
}

/** Milliseconds of `500ms`, `20s`, `2m`. @throws {UsageError} */
export function parseDurationOption(text: string): number {
  const ms = parseDuration(text)
  if (ms !== undefined && ms > 0) return ms
  const isNumber = /^\d+(\.\d+)?$/.test(text) && Number(text) > 0
  throw isNumber
    ? new UsageError(`--duration ${text}: needs a unit, such as ${text}s; units are ms, s, m`)
    : refused('duration', text, 'a duration above 0 with its unit, such as 500ms, 20s or 2m')
}

/** @throws {UsageError} */
export function parseSpacing(text: string): Scenario['spacing'] {
  if (text === 'even' || text === 'poisson') return text
  throw refused('spacing', text, 'even or poisson')
}

/** @throws {UsageError} */
export function parseRepetitions(text: string): number {
  const repetitions = Number(text)
  if (!/^\d+$/.test(text) || repetitions < 1 || repetitions > 1000)
    throw refused('repetitions', text, 'a whole number from 1 to 1000')
  return repetitions
}

/** @throws {UsageError} */
export function parseTask(text: string): string {
  if (text.trim() === '') throw refused('task', text, 'the name of a task')
  return text
}

/**
 * Reads `limit=3000000`; the value is JSON where it can be, else text.
 * @throws {UsageError}
 */
export function parseParam(
  text: string,
  before: Record<string, unknown> = {},
): Record<string, unknown> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw refused('param', text, 'name=value, such as limit=3000000')
  return { ...before, [name]: jsonOrText(value) }
}

function jsonOrText(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** What is wrong with an option, and what would be right. */
export function refused(option: string, text: string, right: string): UsageError {
  const shown = text.trim() === '' ? `"${text}"` : text
  return new UsageError(`--${option} ${shown}: must be ${right}`)
}
