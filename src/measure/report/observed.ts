import type { RequestRecord, Sample } from '../records/record.ts'
import type { Run, Trial } from '../records/run.ts'
import type { ConditionSummary, Summary } from '../summary/schema.ts'
import { type SeriesStyle, stylesOf } from './plot/palette.ts'

/** What plots need of one condition. */
export interface Observed {
  condition: ConditionSummary
  style: SeriesStyle
  /** From due to result, ascending, in milliseconds: completed requests of all trials that are not void. */
  latencies: number[]
  /** The trial that is shown over time: the first that is not void; undefined: none was begun. */
  shown: ShownTrial | undefined
}

export interface ShownTrial {
  trial: Trial
  /** In the order in which they were due, those of the warm-up too. */
  tasks: RequestRecord[]
  bystanders: RequestRecord[]
  /** By time. */
  samples: Sample[]
}

/** Sorts what was recorded by conditions, in the summary's order. */
export function observe({
  run,
  summary,
  records,
  samples,
}: {
  run: Run
  summary: Summary
  records: readonly RequestRecord[]
  samples: readonly Sample[]
}): Observed[] {
  const recordsOf = Map.groupBy(records, ({ trial }) => trial)
  const samplesOf = Map.groupBy(samples, ({ trial }) => trial)
  const styles = stylesOf(summary.conditions)
  return summary.conditions.map((condition) => {
    const trials = run.trials.filter((trial) => trial.condition === condition.key)
    const void_ = new Set(condition.trials.filter((each) => each.void).map(({ index }) => index))
    const counted = trials.filter(({ index }) => !void_.has(index))
    const trial = counted[0] ?? trials[0]
    return {
      condition,
      style: styles.get(condition.key)!,
      latencies: counted
        .flatMap(({ index }) => recordsOf.get(index) ?? [])
        .filter(({ kind, due, outcome }) => kind === 'task' && due >= 0 && outcome === 'completed')
        .map(({ due, ended }) => ended - due)
        .sort((a, b) => a - b),
      shown: trial && shownTrial(trial, recordsOf.get(trial.index), samplesOf.get(trial.index)),
    }
  })
}

function shownTrial(
  trial: Trial,
  records: RequestRecord[] = [],
  samples: Sample[] = [],
): ShownTrial {
  const byDue = records.toSorted((a, b) => a.due - b.due)
  return {
    trial,
    tasks: byDue.filter(({ kind }) => kind === 'task'),
    bystanders: byDue.filter(({ kind }) => kind === 'bystander'),
    samples: samples.toSorted((a, b) => a.at - b.at),
  }
}
