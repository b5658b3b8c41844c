import type { Results } from './results.ts'

/** Writes the results into the README and its plots beside it. */
export function writeReadme(_results: Results): void {
  throw new Error('not yet')
}
