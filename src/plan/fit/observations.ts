import type { ConditionSummary, LatencyParts, Summary } from '../../measure/summary/schema.ts'
import { UsageError } from '../../usage-error.ts'

/** A condition of a run that says enough to be fitted. */
export interface Observation {
  run: string
  condition: ConditionSummary
  parts: LatencyParts
  /** More came than could be done. */
  isSaturated: boolean
}

/** Of results, where less than this share of what came was done, or waits were longer than runs. */
const saturatedBelow = 0.95

/** @throws {UsageError} where there is nothing to fit, or runs are not of the same thing; it says what would be right */
export function observationsOf(summaries: readonly Summary[]): Observation[] {
  const [first, ...others] = summaries
  if (first === undefined) throw new UsageError('there is no run to fit')
  for (const other of others) refuseOther(first, other)
  const found = summaries.flatMap((summary) => {
    if (summary.versions.length > 1)
      throw new UsageError(
        `run ${summary.run} compares ${summary.versions.length} versions; plan fits runs of one task with one set of parameters`,
      )
    return summary.conditions.flatMap((condition) => observe(summary, condition))
  })
  if (found.length === 0) throw new UsageError(nothingIn(summaries))
  return found
}

function observe(summary: Summary, condition: ConditionSummary): Observation[] {
  const { parts, requests } = condition
  if (parts === undefined || parts === null) return []
  // A run that is void by its generator's lag has latencies of no use.
  if (condition.void !== null || requests.completed === 0) return []
  const waits = parts.waitMs.p50 ?? 0
  const runs = condition.runMs?.mean ?? 0
  const isSaturated =
    condition.throughputPerS < saturatedBelow * condition.offeredPerS && waits > runs
  return [{ run: summary.run, condition, parts, isSaturated }]
}

function refuseOther(first: Summary, other: Summary): void {
  if (first.machine.cpus !== other.machine.cpus)
    throw new UsageError(
      `runs ${first.run} and ${other.run} come from different machines: ${first.machine.cpus}, and ${other.machine.cpus}`,
    )
  const thing = ({ target, settings }: Summary) =>
    `${target.task ?? 'an unknown task'} ${JSON.stringify(settings.params)}`
  if (thing(first) !== thing(other))
    throw new UsageError(
      `runs ${first.run} and ${other.run} are of different work: ${thing(first)}, and ${thing(other)}`,
    )
}

function nothingIn(summaries: readonly Summary[]): string {
  const runs = summaries.map(({ run }) => run).join(', ')
  const conditions = summaries.flatMap((summary) => summary.conditions)
  if (conditions.length > 0 && conditions.every((each) => each.parts === undefined))
    return `run ${runs} is of an older version; unblock report ${runs} makes its summary again`
  if (conditions.every((each) => each.void !== null))
    return `run ${runs} is void: ${conditions[0]?.void ?? 'nothing was measured'}`
  return `run ${runs} does not say how long tasks ran: its target is a service that does not tell, or nothing completed`
}
