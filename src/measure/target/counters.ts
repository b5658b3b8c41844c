import type { Client } from '../attack/client.ts'
import { ask } from './service.ts'

/** What each instance has counted since it started, by instance. Times are CPU seconds. */
export type Counters = Map<string, InstanceCounters>

export interface InstanceCounters {
  /** Tasks that completed. */
  tasks: number
  /** All of its process. */
  processS: number
  /** Of tasks that completed. */
  taskS: number
  /** Of work that nobody got. */
  wastedS: number
}

/** Between two readings, of all instances. */
export interface Used extends InstanceCounters {
  /** Of servers, beside tasks. */
  serverS: number
}

/** Reads every instance's `/metrics`, at its own address; undefined where one does not answer. */
export async function readCounters(
  instances: ReadonlyMap<string, Client>,
): Promise<Counters | undefined> {
  const read = async ([name, client]: [string, Client]) => {
    const { status, head } = await ask(client, { method: 'GET', path: '/metrics' })
    if (status !== 200) throw new Error(`${name} answers /metrics with ${status}`)
    return [name, parseCounters(head)] as const
  }
  try {
    return new Map(await Promise.all([...instances].map(read)))
  } catch {
    return undefined
  }
}

/** Sums the series that it needs of a Prometheus text. */
export function parseCounters(text: string): InstanceCounters {
  const sum = (name: string, labels = '') => {
    let total = 0
    for (const [, found = '', value] of text.matchAll(
      new RegExp(`^${name}(?:\\{([^}]*)\\})? (\\S+)$`, 'gm'),
    ))
      if (found.includes(labels)) total += Number(value)
    return total
  }
  return {
    tasks: sum('unblock_tasks_total', 'outcome="completed"'),
    processS: sum('process_cpu_seconds_total'),
    taskS: sum('unblock_task_cpu_seconds_total'),
    wastedS: sum('unblock_wasted_cpu_seconds_total'),
  }
}

/**
 * What was used between two readings, by all instances together. One that was started in between, again
 * or anew, counts from 0; of one that ended in between it is not known what it used since the first.
 */
export function usedBetween(before: Counters, after: Counters): Used {
  const used = { tasks: 0, processS: 0, taskS: 0, wastedS: 0 }
  let serverS = 0
  for (const [name, now] of after) {
    const then = before.get(name)
    const isSame = then !== undefined && then.processS <= now.processS
    const since = (key: keyof InstanceCounters) => now[key] - (isSame ? then[key] : 0)
    for (const key of Object.keys(used) as (keyof InstanceCounters)[]) used[key] += since(key)
    if (name.startsWith('server-'))
      serverS += Math.max(0, since('processS') - since('taskS') - since('wastedS'))
  }
  // Of a task that was given up on an event loop more may have been counted than it used itself.
  used.wastedS = Math.min(used.wastedS, Math.max(0, used.processS - used.taskS))
  return { ...used, serverS }
}
