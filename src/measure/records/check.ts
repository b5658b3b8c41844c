import type { Static, TObject } from 'typebox'
import { checker } from '../../api/validate.ts'
import { UsageError } from '../../usage-error.ts'

/** Gives a value back as what it must be; throws a UsageError that says what is wrong with it. */
export type Check<T> = (value: unknown) => T

/** A check by a schema: `requests.sent: must be an integer of at least 0`. */
export function checkOf<T extends TObject>(schema: T): Check<Static<T>> {
  const check = checker(schema, 'body')
  return (value) => {
    const checked = check(value)
    if (checked.ok) return checked.value as Static<T>
    const mistakes = checked.errors.map(({ field, detail }) =>
      field === 'body' ? `it ${detail}` : `${field}: ${detail}`,
    )
    throw new UsageError(mistakes.join('; '))
  }
}
