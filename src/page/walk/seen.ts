import type { Fleet } from '../../api/fleet.ts'
import type { Entry } from '../work/entries.ts'

/** What has been seen since a step began: what is over when one looks later. */
export interface Seen {
  /** Each instance that was blocked, with the longest time that it was seen so, in milliseconds. */
  readonly blocked: Readonly<Record<string, number>>
  /** When each worker had been started that was seen. */
  readonly workers: Readonly<Record<string, string>>
  /** Workers that have vanished, or run again as another process. */
  readonly lost: readonly string[]
  /** The workers that were seen to run the step's job, the first one first. */
  readonly ranOn: readonly string[]
}

export const nothing: Seen = { blocked: {}, workers: {}, lost: [], ranOn: [] }

/** Adds a reading of the fleet. */
export function see(seen: Seen, { instances }: Fleet): Seen {
  const blocked = { ...seen.blocked }
  for (const { id, blockedMs } of instances)
    if (blockedMs > 0) blocked[id] = Math.max(blocked[id] ?? 0, blockedMs)

  const here = Object.fromEntries(
    instances.filter(({ role }) => role === 'worker').map(({ id, startedAt }) => [id, startedAt]),
  )
  const lost = Object.keys(seen.workers).filter((id) => here[id] !== seen.workers[id])
  return {
    ...seen,
    blocked,
    workers: { ...here, ...seen.workers },
    lost: [...new Set([...seen.lost, ...lost])],
  }
}

/** Adds what is known of the step's run. */
export function seeRun(seen: Seen, { worker }: Entry): Seen {
  if (worker === undefined || seen.ranOn.includes(worker)) return seen
  return { ...seen, ranOn: [...seen.ranOn, worker] }
}
