import { getPriority, setPriority } from 'node:os'

const before = -10

/** Requests a second. Above, a generator takes so much of a core that a service on the same ones would starve. */
const modest = 2000

/**
 * Lets this process go before others where it may (root may), as if the load came from another machine: what
 * it measures must not be its own wait for a CPU. Children that are started later inherit it.
 *
 * @param rate the highest that it will have to send, in requests a second; a high one lets it be as it is
 * @returns a function that takes it back
 */
export function goFirst(rate: number): () => void {
  if (rate > modest) return () => {}
  const usual = getPriority()
  try {
    setPriority(before)
    return () => setPriority(usual)
  } catch {
    return () => {}
  }
}
