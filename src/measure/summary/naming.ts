import { count, executorWords } from '../../report/words.ts'
import { describeRate } from '../pacer/rate.ts'
import type { ConditionSummary } from './schema.ts'

/** What conditions are called within sentences. */

/** A condition, and where its task ran, in words. */
export interface Placed extends ConditionSummary {
  /** `on the event loop`; of a target that does not tell, `when asked for the event loop`. */
  where: string
}

export function placed(condition: ConditionSummary, { isTold }: { isTold: boolean }): Placed {
  const { executor } = condition
  const begin = isTold ? 'on' : 'when asked for'
  return { ...condition, where: `${begin} ${executorWords[executor].one}` }
}

/** `event loop` */
export function place({ executor }: ConditionSummary): string {
  return executorWords[executor].name
}

/** Conditions that differ in their executor only, in the order of their first. */
export interface Setting {
  /** Apart from the executor, what distinguishes it: `3 servers, 2 workers`; '' where nothing does. */
  name: string
  /** `with 3 servers and 2 workers` */
  phrase: string
  conditions: Placed[]
}

export function settingsOf(conditions: readonly Placed[]): Setting[] {
  const differs = {
    servers: distinct(conditions, ({ servers }) => servers) > 1,
    workers: distinct(conditions, ({ workers }) => workers) > 1,
    rate: distinct(conditions, ({ rate }) => describeRate(rate)) > 1,
    version: distinct(conditions, ({ version }) => version) > 1,
  }
  const settings = new Map<string, Setting>()
  for (const condition of conditions) {
    const { servers, workers, rate, version } = condition
    const scale = [
      ...(differs.servers && servers !== null ? [count(servers, 'server')] : []),
      ...(differs.workers && workers !== null ? [count(workers, 'worker')] : []),
    ]
    const at = differs.rate ? [describeRate(rate)] : []
    const of = differs.version ? [version] : []
    const name = [...of, ...scale, ...at].join(', ')
    const phrase = [
      ...of.map((each) => `for ${each}`),
      ...(scale.length > 0 ? [`with ${scale.join(' and ')}`] : []),
      ...at.map((each) => `at ${each}`),
    ].join(' ')
    const setting = settings.get(name) ?? { name, phrase, conditions: [] }
    setting.conditions.push(condition)
    settings.set(name, setting)
  }
  return [...settings.values()]
}

/** How many different ones there are. */
export function distinct(
  conditions: readonly ConditionSummary[],
  by: (condition: ConditionSummary) => string | number | null,
): number {
  return new Set(conditions.map(by)).size
}
