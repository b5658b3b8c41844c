import type { Static, TObject } from 'typebox'
import { checker } from '../../api/validate.ts'

/**
 * A function that reads a text as what the contract says; undefined where it is something else: another
 * service may answer anything. A newer service may say more.
 */
export function answerReader<T extends TObject>(
  schema: T,
): (text: string) => Static<T> | undefined {
  const check = checker({ ...schema, additionalProperties: true }, 'body')
  return (text) => {
    try {
      const checked = check(JSON.parse(text))
      return checked.ok ? (checked.value as Static<T>) : undefined
    } catch {
      return undefined
    }
  }
}
