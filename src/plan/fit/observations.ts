import type { ConditionSummary, LatencyParts, Summary } from '../../measure/summary/schema.ts'
import { UsageError } from '../../usage-error.ts'

/** A condition of a run that says enough to be fitted. */
export interface Observation {
  run: string
  condition: ConditionSummary
  parts: LatencyParts
  /** All the time more came than could be done: all threads were busy, and what else it took was taken from them. */
  isSaturated: boolean
}

/** Results were less than this share of what came. */
const saturatedBelow = 0.95
/** Runs that ended badly held cores, too, and are not seen: what is measured beside more of them is not used. */
const lostAtMost = 0.05

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
  const { parts, requests, rate, offeredPerS, throughputPerS } = condition
  if (parts === undefined || parts === null) return []
  // Of a trial that is void by its generator's lag, latencies are of no use.
  if (condition.void !== null || requests.failed > lostAtMost * requests.sent) return []
  const isLess = throughputPerS < saturatedBelow * offeredPerS
  const isSaturated =
    rate.shape === 'constant' && (requests.refused > 0 || (isLess && waitsLong(parts, condition)))
  return [{ run: summary.run, condition, parts, isSaturated }]
}

function waitsLong({ waitMs }: LatencyParts, { runMs }: ConditionSummary): boolean {
  return (waitMs.p50 ?? 0) > (runMs?.mean ?? 0)
}

function refuseOther(first: Summary, other: Summary): void {
  const machine = ({ machine: { cpus, cores } }: Summary) => `${cpus}, ${cores} usable`
  if (machine(first) !== machine(other))
    throw new UsageError(
      `runs ${first.run} and ${other.run} come from different machines: ${machine(first)}, and ${machine(other)}`,
    )
  const work = ({ target, settings }: Summary) =>
    `${target.task ?? 'an unknown task'} ${JSON.stringify(settings.params)}`
  if (work(first) !== work(other))
    throw new UsageError(
      `runs ${first.run} and ${other.run} are of different work: ${work(first)}, and ${work(other)}`,
    )
}

function nothingIn(summaries: readonly Summary[]): string {
  const runs = summaries.map(({ run }) => run).join(', ')
  const conditions = summaries.flatMap((summary) => summary.conditions)
  if (conditions.length > 0 && conditions.every((each) => each.parts === undefined))
    return `run ${runs} is of an older version; unblock report ${runs} makes its summary again`
  if (conditions.every((each) => each.void !== null))
    return `run ${runs} is void: ${conditions[0]?.void ?? 'nothing was measured'}`
  if (conditions.some(({ requests }) => requests.failed > lostAtMost * requests.sent))
    return `run ${runs} is of requests that failed: more than ${lostAtMost * 100}% of them; its report says why`
  return `run ${runs} does not say how long tasks ran: its target is a service that does not tell, or nothing completed`
}
