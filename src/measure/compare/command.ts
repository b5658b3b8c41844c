import { EXIT_FAILED } from '../../exit-codes.ts'
import { type Comparison, compareConditions } from './compare.ts'
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
}

/**
 * `unblock compare A B`: for each condition, is B faster or slower than A, or is it noise?
 *
 * With `failIfSlower` the exit code is 1 where a condition is slower, and also where B leaves more
 * requests unserved (`Comparison.failsMore`): a gate that a service passes by refusing would be none. What
 * is unknown passes, and it is said that it did.
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
  const output = compareSides(sides, given)
  const { comparisons, warnings } = output
  const failed = comparisons.some(({ verdict, failsMore }) => verdict === 'slower' || failsMore)
  const unknown = comparisons.filter(({ verdict }) => verdict === 'unknown').length
  if (json) write(`${JSON.stringify(output, null, 2)}\n`)
  else {
    write(comparisons.map(comparisonText).join('\n'))
    for (const warning of warnings) write(`warning: ${warning}\n`)
    if (failIfSlower && !failed && unknown > 0)
      write(`--fail-if-slower: ${unknown} of ${comparisons.length} unknown, which pass\n`)
  }
  return failIfSlower && failed ? EXIT_FAILED : 0
}

function compareSides(sides: Sides, given: CompareCommandOptions): CompareOutput {
  const options = { ...defaults, ...given, paired: sides.paired }
  return {
    runs: { a: sides.a.run, b: sides.b.run },
    warnings: warningsFor(sides),
    comparisons: sides.conditions.map((each) => compareConditions(each.a, each.b, options)),
  }
}
