import { Latencies } from '../../measure/summary/latencies.ts'
import type { ConditionSummary, RunGroup, Summary } from '../../measure/summary/schema.ts'
import { exampleCondition, exampleSummary } from '../../measure/summary/summary.fixture.ts'

/** How a made-up machine and its service behave; what a fit should find again. Times are milliseconds. */
export interface Truth {
  aloneMs: number
  /** How much longer a run takes with another one beside it. */
  perOther: number
  /** Runs are spread evenly over so much around their mean (0.1: by a tenth to either side). */
  spread: number
  overheadMs: number
  pickUpMs: number
}

export const truth: Truth = {
  aloneMs: 60,
  perOther: 0.05,
  spread: 0.1,
  overheadMs: 3,
  pickUpMs: 1,
}

/** Runs with so many at once, as a summary has them. */
export function groupOf(
  { aloneMs, perOther, spread }: Truth,
  { running, count }: { running: number; count: number },
): RunGroup {
  const runs = new Latencies()
  const meanMs = aloneMs * (1 + perOther * (running - 1))
  for (let n = 0; n < count; n++) runs.add(meanMs * (1 + spread * ((2 * n + 1) / count - 1)))
  return { running, runMs: runs.percentiles(), histogram: runs.encode() }
}

/** One condition of these groups; saturated: with waits longer than runs, and more offered than done. */
export function conditionOf(
  of: Truth,
  groups: readonly RunGroup[],
  { isSaturated = false, ...changes }: Partial<ConditionSummary> & { isSaturated?: boolean } = {},
): ConditionSummary {
  const waits = new Latencies()
  const overheads = new Latencies()
  const count = groups.reduce((sum, { runMs }) => sum + runMs.count, 0)
  for (let n = 0; n < count; n++) {
    waits.add(isSaturated ? 500 + n : of.pickUpMs)
    overheads.add(of.overheadMs)
  }
  const runs = new Latencies()
  for (const { histogram } of groups) runs.merge(Latencies.decode(histogram))
  return exampleCondition({
    executor: 'thread',
    runMs: runs.percentiles(),
    offeredPerS: isSaturated ? 40 : 10,
    throughputPerS: isSaturated ? 30 : 10,
    cpu: null,
    ...changes,
    parts: {
      waitMs: waits.percentiles(),
      overheadMs: overheads.percentiles(),
      waitHistogram: waits.encode(),
      overheadHistogram: overheads.encode(),
      runs: [...groups],
    },
  })
}

export function summaryOf(conditions: ConditionSummary[], changes: Partial<Summary> = {}): Summary {
  return exampleSummary({ conditions, ...changes })
}
