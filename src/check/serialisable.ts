import type { Loss } from './json-loss.ts'
import { type Check, fail, ok, warn } from './report.ts'

const name = 'serialisable'
const largeBytes = 1024 ** 2

/**
 * Whether the result is the same after JSON.
 *
 * @param bytes length of the result as JSON; undefined where it cannot be
 */
export function serialisable(losses: readonly Loss[], bytes: number | undefined): Check {
  const figures = { bytes: bytes ?? null, losses }
  const refused = losses.find(({ becomes }) => becomes === undefined)
  if (refused !== undefined || bytes === undefined)
    return fail(name, {
      reason: 'not JSON',
      detail: refused ? `${refused.path} ${refused.what}` : 'JSON.stringify refuses the result',
      advice:
        'return plain objects, lists, text, numbers: a BigInt as text, an id in place of a cycle',
      figures,
    })
  const serious = losses.filter(({ slight }) => !slight)
  if (serious.length > 0)
    return fail(name, {
      reason: 'changed by JSON',
      detail: sentences(serious),
      advice: advice(serious),
      figures,
    })
  if (bytes > largeBytes)
    return warn(name, {
      reason: 'large result',
      detail: `${size(bytes)} of JSON for each run; queued ones lie in Redis until they expire`,
      advice: 'store it elsewhere, and return where it is',
      figures,
    })
  if (losses.length > 0)
    return warn(name, {
      reason: 'changed by JSON',
      detail: sentences(losses),
      advice: 'add 0 to it, if the sign does not matter',
      figures,
    })
  return ok(name, `${size(bytes)} of JSON, nothing lost`, figures)
}

const sentences = (losses: readonly Loss[]) =>
  losses
    .map(({ path, what, becomes }) => `${path} ${what}: clients get ${becomes ?? 'an error'}`)
    .join('\n')

const remedies: [RegExp, string][] = [
  [/Date/, 'return when.toISOString()'],
  [/Map/, 'return Object.fromEntries(map), or a list of pairs'],
  [/Set/, 'return a list: [...set]'],
  [/Array|Buffer/, 'return a list, Array.from(array), or Base64 text'],
  [/undefined/, 'return null, or leave the field out'],
  [/NaN|Infinity/, 'return null, or text that says what it is'],
  [/Promise/, 'await it'],
]

function advice([first]: readonly Loss[]): string {
  const found = remedies.find(([pattern]) => pattern.test(first?.what ?? ''))
  return found?.[1] ?? 'return plain objects, lists, text, numbers, booleans and null'
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KiB`
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`
}
