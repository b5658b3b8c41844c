import { compareConditions } from './compare.ts'
import type { Comparison } from './comparison.ts'
import { type Gate, judge } from './gate.ts'
import type { MetricName } from './metrics.ts'
import { defaults } from './options.ts'
import { readSides, type Sides } from './sides.ts'
import { warningsFor } from './warnings.ts'
import { comparisonText } from './words.ts'

/** As parsed by `options.ts`; what is left out is as in `defaults`. */
export interface CompareCommandOptions {
  metric?: MetricName
  confidence?: number
  threshold?: number
  seed?: number
  json?: boolean
  failIfSlower?: boolean
}

/** What `--json` prints. */
export interface CompareOutput {
  runs: { a: string; b: string }
  warnings: string[]
  comparisons: Comparison[]
  /** What `--fail-if-slower` says of them. */
  gate: Gate
}

/**
 * `unblock compare A B`: for each condition, is B faster or slower than A, or is it noise?
 *
 * With `failIfSlower` the exit code is 1 where B is slower, leaves more requests unserved, cannot be used (it
 * is void, or nothing of it completed) or lacks a condition that A has; 2 where that cannot be told, as with too few
 * repetitions; 0 otherwise. A line for each says why (`gate.ts`).
 *
 * @param a `RUN` or `RUN:CONDITION`, as `b`
 * @returns the exit code
 * @throws {UsageError} where there is no such run or condition
 */
export async function runCompare(
  a: string,
  b: string,
  { json = false, failIfSlower = false, ...given }: CompareCommandOptions,
  { cwd, write }: { cwd: string; write(text: string): void },
): Promise<number> {
  const sides = readSides(a, b, cwd)
  const { output, exitCode } = compareSides(sides, given)
  const { comparisons, warnings, gate } = output
  if (json) write(`${JSON.stringify(output, null, 2)}\n`)
  else {
    write(comparisons.map(comparisonText).join('\n'))
    for (const warning of warnings) write(`warning: ${warning}\n`)
    if (failIfSlower) for (const reason of gate.reasons) write(`--fail-if-slower: ${reason}\n`)
  }
  return failIfSlower ? exitCode : 0
}

function compareSides(
  sides: Sides,
  given: CompareCommandOptions,
): { output: CompareOutput; exitCode: number } {
  const { a, b, paired, conditions } = sides
  const warmUpMs = { a: a.settings.warmUpMs, b: b.settings.warmUpMs }
  const options = { ...defaults, ...given, paired, warmUpMs }
  const comparisons = conditions.map((each) => compareConditions(each.a, each.b, options))
  const { gate, exitCode } = judge(comparisons, sides)
  const runs = { a: a.run, b: b.run }
  return { output: { runs, warnings: warningsFor(sides), comparisons, gate }, exitCode }
}
