import { levels } from '../pacer/rate.ts'
import type { RequestRecord, Sample } from '../records/record.ts'
import type { Run } from '../records/run.ts'
import type { Condition } from '../scenario/schema.ts'
import { summariseCondition } from './condition.ts'
import { QueueDepth } from './queue-depth.ts'
import type { Settings, Summary } from './schema.ts'
import { TrialTally } from './trial-tally.ts'
import { verdictOf } from './verdict.ts'

/**
 * Derives the summary of a run from its records and samples, in one pass over either, each of a trial in
 * the order of time. Memory does not grow with their number. Left out are the warm-up (due before 0),
 * what belongs to no trial of `run`, trials of which neither end nor records are known, and conditions of which no
 * trial has run.
 */
export async function summarise(
  run: Run,
  records: AsyncIterable<RequestRecord>,
  samples: AsyncIterable<Sample>,
): Promise<Summary> {
  const { deadlineMs } = run.scenario
  const stretches = (condition: Condition) => levels(condition.rate, run.scenario.durationMs)
  const tallies = new Map<number, TrialTally>()
  for (const trial of run.trials) {
    const condition = run.conditions.find(({ key }) => key === trial.condition)
    if (condition === undefined) continue
    tallies.set(trial.index, new TrialTally(trial, stretches(condition), deadlineMs))
  }

  let current: TrialTally | undefined
  for await (const record of records) {
    const tally = tallies.get(record.trial)
    if (tally !== current) current?.pack() // trials run one after another
    current = tally
    tally?.add(record)
  }
  current?.pack()
  const counted = [...tallies.values()]
    .filter(({ isUnknown }) => !isUnknown)
    .map((tally) => ({ tally, queue: new QueueDepth(tally.durationMs) }))
  const queues = new Map(counted.map(({ tally, queue }) => [tally.trial.index, queue]))
  for await (const { trial, at, queue } of samples) queues.get(trial)?.add(at, queue.waiting)

  const conditions = run.conditions.flatMap((condition) => {
    const trials = counted.filter(({ tally }) => tally.trial.condition === condition.key)
    if (trials.length === 0) return []
    return [summariseCondition(condition, trials, { stretches: stretches(condition), deadlineMs })]
  })
  return {
    format: 1,
    run: run.id,
    state: run.state,
    verdict: verdictOf(conditions, { ...run, planned: run.conditions.length }),
    scenario: run.scenario.name,
    command: run.command,
    startedAt: run.startedAt,
    target: run.target,
    versions: run.versions,
    machine: run.machine,
    priority: run.priority,
    settings: settingsOf(run),
    conditions,
  }
}

function settingsOf({ scenario }: Run): Settings {
  const { task, params, spacing, seed, warmUpMs, durationMs, repetitions } = scenario
  const { deadlineMs, giveUpMs, bystander } = scenario
  return {
    task,
    params,
    spacing,
    seed,
    warmUpMs,
    durationMs,
    repetitions,
    deadlineMs,
    giveUpMs,
    bystander,
  }
}
