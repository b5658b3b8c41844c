import type { Client } from '../attack/client.ts'
import { ask } from './service.ts'

/** CPU seconds that each instance has counted since it started, by instance. */
export type Counters = Map<string, InstanceCounters>

export interface InstanceCounters {
  /** All of its process. */
  processS: number
  /** Of tasks that completed. */
  taskS: number
  /** Of work that nobody got. */
  wastedS: number
}

/** Reads every instance's `/metrics`, at its own address. One that does not answer is left out. */
export async function readCounters(instances: ReadonlyMap<string, Client>): Promise<Counters> {
  const read = async ([name, client]: [string, Client]) => {
    const { status, head } = await ask(client, { method: 'GET', path: '/metrics' })
    return status === 200 ? [[name, parseCounters(head)] as const] : []
  }
  const all = await Promise.allSettled([...instances].map(read))
  return new Map(all.flatMap((each) => (each.status === 'fulfilled' ? each.value : [])))
}

/** Sums the series that it needs of a Prometheus text. */
export function parseCounters(text: string): InstanceCounters {
  const sum = (name: string) => {
    let total = 0
    for (const [, value] of text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm')))
      total += Number(value)
    return total
  }
  return {
    processS: sum('process_cpu_seconds_total'),
    taskS: sum('unblock_task_cpu_seconds_total'),
    wastedS: sum('unblock_wasted_cpu_seconds_total'),
  }
}

/**
 * What was used between two readings, by all instances together. One that was started in between, again
 * or anew, counts from 0; of one that ended in between it is not known what it used since the first.
 */
export function usedBetween(before: Counters, after: Counters): InstanceCounters {
  const used = { processS: 0, taskS: 0, wastedS: 0 }
  for (const [name, now] of after) {
    const then = before.get(name)
    const isSame = then !== undefined && then.processS <= now.processS
    for (const key of Object.keys(used) as (keyof InstanceCounters)[])
      used[key] += now[key] - (isSame ? then[key] : 0)
  }
  return used
}
