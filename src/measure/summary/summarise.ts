import { levels } from '../pacer/rate.ts'
import type { RequestRecord, Sample } from '../records/record.ts'
import type { Run } from '../records/run.ts'
import type { Condition } from '../scenario/schema.ts'
import { type Counted, summariseCondition } from './condition.ts'
import { QueueDepth } from './queue-depth.ts'
import type { Summary } from './schema.ts'
import { TrialTally } from './trial-tally.ts'
import { verdictOf } from './verdict.ts'

/**
 * Derives the summary of a run from its records and samples, in one pass over either, each of a trial in
 * the order of time. Memory does not grow with their number. Left out are the warm-up (due before 0),
 * what belongs to no trial of `run`, and conditions of which no trial has run.
 */
export async function summarise(
  run: Run,
  records: AsyncIterable<RequestRecord>,
  samples: AsyncIterable<Sample>,
): Promise<Summary> {
  const { deadlineMs } = run.scenario
  const stretches = (condition: Condition) => levels(condition.rate, run.scenario.durationMs)
  const counted = new Map<number, Counted>()
  for (const trial of run.trials) {
    const condition = run.conditions.find(({ key }) => key === trial.condition)
    if (condition === undefined) continue
    counted.set(trial.index, {
      tally: new TrialTally(trial, stretches(condition), deadlineMs),
      queue: new QueueDepth(trial.durationMs),
    })
  }

  let current: TrialTally | undefined
  for await (const record of records) {
    const tally = counted.get(record.trial)?.tally
    if (tally !== current) current?.pack() // trials run one after another
    current = tally
    tally?.add(record)
  }
  current?.pack()
  for await (const { trial, at, queue } of samples) counted.get(trial)?.queue.add(at, queue.waiting)

  const conditions = run.conditions.flatMap((condition) => {
    const trials = [...counted.values()].filter(
      ({ tally }) => tally.trial.condition === condition.key,
    )
    if (trials.length === 0) return []
    return [summariseCondition(condition, trials, { stretches: stretches(condition), deadlineMs })]
  })
  return {
    format: 1,
    run: run.id,
    state: run.state,
    verdict: verdictOf(conditions, { state: run.state, planned: run.conditions.length }),
    scenario: run.scenario.name,
    command: run.command,
    startedAt: run.startedAt,
    target: run.target,
    machine: run.machine,
    conditions,
  }
}
