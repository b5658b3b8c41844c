import { checker } from '../api/validate.ts'
import { UsageError } from '../usage-error.ts'
import type { Description } from './lab-messages.ts'

/**
 * The parameters of a run: those given, as JSON or as text, and the task's defaults.
 * @throws {UsageError} names each that is missing or does not fit the task's schema
 */
export function readParams(
  schema: Description['params'],
  given: Record<string, string>,
): Record<string, unknown> {
  const values = Object.entries(given).map(([name, text]) => {
    const property = schema.properties[name] as { type?: unknown } | undefined
    return [name, property?.type === 'string' ? textOf(text) : parsed(text)]
  })
  const checked = checker(schema as never, 'body')(Object.fromEntries(values))
  if (checked.ok) return checked.value
  const mistakes = checked.errors.map(({ field, detail }) =>
    detail.startsWith('is missing') && !(field in given)
      ? `${field} has no default; give it one, or try a value: --param ${field}=…`
      : `--param ${field} ${detail}`,
  )
  throw new UsageError(mistakes.join('; '))
}

/** Whether the task's schema lets these parameters in. */
export function fits(schema: Description['params'], params: Record<string, unknown>): boolean {
  return checker(schema as never, 'body')({ ...params }).ok
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function textOf(text: string): string {
  const value = parsed(text)
  return typeof value === 'string' ? value : text
}
