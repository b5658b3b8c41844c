import type { ConditionSummary, TrialSummary } from '../summary/schema.ts'
import { exampleCondition, exampleTrial } from '../summary/summary.fixture.ts'

/** A condition whose trials have these medians, in milliseconds; other percentiles go with them. */
export function conditionWith(
  medians: readonly number[],
  changes: Partial<ConditionSummary> = {},
  ofTrial: (index: number) => Partial<TrialSummary> = () => ({}),
): ConditionSummary {
  const trials = medians.map((p50, index) => {
    const trial = exampleTrial({ index })
    const latencyMs = { ...trial.latencyMs, p50, p90: 1.5 * p50, mean: 1.1 * p50 }
    return { ...trial, latencyMs, ...ofTrial(index) }
  })
  return exampleCondition({ key: 'a', label: 'thread, a', executor: 'thread', ...changes, trials })
}

/** Ten medians about 600 ms that chance made differ by up to 3%. */
export const tenMedians = [600, 612, 606, 590, 598, 615, 603, 588, 609, 595]

/** The same by a factor, and a little noise of their own. */
export function times(factor: number, medians: readonly number[] = tenMedians): number[] {
  return medians.map((median, i) => median * factor * (1 + 0.01 * Math.sin(7 * i)))
}
