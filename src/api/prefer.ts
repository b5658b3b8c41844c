import { invalid } from './problem.ts'

/** The longest wait that a request is granted, in seconds; a longer one is shortened to it. */
export const longestWaitS = 60

/**
 * Reads `Prefer: wait=S` (RFC 7240, section 4.3). Other preferences are ignored, as the RFC asks.
 * @returns whole seconds, or undefined where no wait is asked for
 * @throws {Problem} 400 when `wait` is not a whole number of seconds
 */
export function readWait(header: string | string[] | undefined): number | undefined {
  if (header === undefined) return undefined
  const preferences = [header].flat().join(',').split(/[,;]/)
  for (const preference of preferences) {
    const [name, value, ...rest] = preference.split('=').map((part) => part.trim())
    if (name?.toLowerCase() !== 'wait') continue
    const seconds = value?.replace(/^"(.*)"$/, '$1') ?? ''
    if (!/^\d{1,9}$/.test(seconds) || rest.length > 0)
      throw invalid([{ field: 'Prefer', detail: 'must be wait= and a whole number of seconds' }])
    return Math.min(Number(seconds), longestWaitS)
  }
  return undefined
}
