import { invalid } from './problem.ts'

/**
 * Reads `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a string of the client's choosing,
 * with or without the quotes of a structured field.
 *
 * @throws {Problem} 400 when it is not 1 to 255 visible characters
 */
export function readIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  const text = [header].flat().join(',').trim()
  const key = /^"(.*)"$/.exec(text)?.[1] ?? text
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw invalid([
    {
      field: 'Idempotency-Key',
      detail: 'must be 1 to 255 visible ASCII characters, such as a UUID',
    },
  ])
}
