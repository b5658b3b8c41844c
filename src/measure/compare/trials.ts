import type { ConditionSummary, TrialSummary } from '../summary/schema.ts'

/** The trials that count, which are whole and not void; in pairs, the n-th of one belongs to the n-th of the other. */
export interface Trials {
  a: TrialSummary[]
  b: TrialSummary[]
}

/**
 * Void and partial trials are left out, and in pairs their partners with them.
 *
 * @param paired equal repetitions make pairs: both conditions are of one run, which measures them in turn
 */
export function trialsToCompare(a: ConditionSummary, b: ConditionSummary, paired: boolean): Trials {
  const [before, after] = [countingTrials(a), countingTrials(b)]
  if (!paired) return { a: before, b: after }
  const partners = new Map(after.map((trial) => [trial.repetition, trial]))
  const pairs = before.flatMap((trial) => {
    const partner = partners.get(trial.repetition)
    return partner === undefined ? [] : [{ trial, partner }]
  })
  return { a: pairs.map(({ trial }) => trial), b: pairs.map(({ partner }) => partner) }
}

export function countingTrials(condition: ConditionSummary): TrialSummary[] {
  if (condition.void !== null) return []
  return condition.trials.filter((trial) => trial.void === null && trial.state === 'complete')
}
