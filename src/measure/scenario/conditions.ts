import { formatDuration } from '../../report/duration.ts'
import { describeRate } from '../pacer/rate.ts'
import type { Condition, ExecutorName, RateShape, Scenario } from './schema.ts'

type Combination = Omit<Condition, 'key' | 'label'>

/**
 * Every combination of what a scenario tries, in its order. Without `scalable`, servers and workers are as
 * they are. Workers run the queue's jobs only: other executors are tried with the first number of them.
 */
export function conditionsOf(scenario: Scenario, { scalable }: { scalable: boolean }): Condition[] {
  const all = [...combinationsOf(scenario, scalable)]
  const named = all.map((each) => namesOf(each, all))
  const labels = distinct(
    named.map(({ label }) => label),
    (label, turn) => `${label} (${turn})`,
  )
  const keys = distinct(
    named.map(({ key }) => key),
    (key, turn) => `${key}-${turn}`,
  )
  return all.map((each, index) => ({ key: keys[index]!, label: labels[index]!, ...each }))
}

function* combinationsOf(scenario: Scenario, scalable: boolean): Generator<Combination> {
  const { versions, executors, rates, ratesOf } = scenario
  const servers = scalable ? scenario.servers : [null]
  const workers = scalable ? scenario.workers : [null]
  const isTried = (executor: ExecutorName, count: number | null) =>
    executor === 'queue' || count === workers[0]
  for (const version of versions.length > 0 ? versions.map(({ name }) => name) : [''])
    for (const server of servers)
      for (const worker of workers)
        for (const executor of executors.filter((each) => isTried(each, worker)))
          for (const rate of ratesOf?.[executor] ?? rates)
            yield { executor, servers: server, workers: worker, rate, version }
}

/** What tells a condition from the others, for people and as a part of file names. */
function namesOf(one: Combination, all: Combination[]): { label: string; key: string } {
  const differs = (of: (each: Combination) => unknown) => new Set(all.map(of)).size > 1
  const parts: string[] = [one.executor]
  if (differs(({ version }) => version)) parts.push(one.version)
  if (differs(({ servers }) => servers)) parts.push(plural(one.servers, 'server'))
  if (differs(({ workers }) => workers)) parts.push(plural(one.workers, 'worker'))
  if (differs(({ rate }) => JSON.stringify(rate))) parts.push(rateName(one.rate, all))
  const slug = (part: string) =>
    part
      .replaceAll('/s', ' per s')
      .replaceAll(/[^a-zA-Z0-9.]+/g, '-')
      .replaceAll(/^-|-$/g, '')
  return { label: parts.join(', '), key: parts.map(slug).join('-') }
}

function plural(count: number | null, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** Bursts are told with their times where only these differ. */
function rateName(rate: RateShape, all: Combination[]): string {
  const name = describeRate(rate)
  const alike = all.filter((each) => describeRate(each.rate) === name)
  const isUnique = new Set(alike.map((each) => JSON.stringify(each.rate))).size === 1
  if (isUnique || rate.shape !== 'bursts') return name
  return `${name} for ${formatDuration(rate.lengthMs)} every ${formatDuration(rate.everyMs)}`
}

/** Names that come again get a number, other than any name there is. */
function distinct(names: string[], again: (name: string, turn: number) => string): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    let one = name
    for (let turn = 2; taken.has(one); turn++) one = again(name, turn)
    taken.add(one)
    return one
  })
}

export interface ScheduledTrial {
  condition: Condition
  /** From 0. */
  repetition: number
}

/**
 * The order of the trials. Every condition is tried once before any is tried again, and every other time
 * in reverse, so that a machine that slowly gets faster or slower favours none. Trials of one scale are
 * next to each other: changing it takes a while.
 */
export function scheduleOf(scenario: Scenario, conditions: readonly Condition[]): ScheduledTrial[] {
  const byScale = Map.groupBy(conditions, ({ servers, workers }) => `${servers} ${workers}`)
  const ordered = [...byScale.values()].flat()
  const reversed = ordered.toReversed()
  return Array.from({ length: scenario.repetitions }, (_, repetition) =>
    (repetition % 2 === 0 ? ordered : reversed).map((condition) => ({ condition, repetition })),
  ).flat()
}
