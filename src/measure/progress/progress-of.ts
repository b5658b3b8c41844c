import type { Scenario } from '../scenario/schema.ts'
import { createProgress, type Progress } from './progress.ts'

interface Options {
  quiet: true | undefined
  /** Standard output is for a program: who watches is told on a terminal only. */
  json: true | undefined
  signal: AbortSignal
}

/** What the commands tell of a scenario while it runs, on standard error: for `runScenario`. */
export function progressOf(
  { name, warmUpMs, durationMs }: Scenario,
  { quiet, json, signal }: Options,
): (trials: number) => Progress {
  return (trials) =>
    createProgress({
      name,
      trials,
      durationMs: trials * (warmUpMs + durationMs),
      output: process.stderr,
      quiet: quiet === true || (json === true && !process.stderr.isTTY),
      signal,
    })
}
