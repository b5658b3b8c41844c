import { createRandom } from '../../random.ts'
import { poisson } from './arrivals.ts'
import { constant, exponential } from './draw.ts'
import { simulate } from './simulate.ts'
import { streams } from './streams.ts'
import type { Load, Outcome, System } from './system.ts'

const never = Number.POSITIVE_INFINITY

/** One server with one thread on one core; nothing is refused, nothing expires, nobody dies. */
export function systemOf(changes: Partial<System> = {}): System {
  return {
    executor: 'thread',
    servers: 1,
    workers: 1,
    threads: 1,
    placement: 'own',
    cores: 1,
    speeds: [1],
    balance: 'least_conn',
    lineLimit: never,
    queueLimit: never,
    deadlineMs: never,
    failures: null,
    ...changes,
  }
}

/** A server of that many threads on as many cores, which do not slow each other down. */
export function threadsOf(threads: number, changes: Partial<System> = {}): System {
  return systemOf({ threads, cores: threads, speeds: Array(threads).fill(1), ...changes })
}

export interface Traffic {
  ratePerS: number
  /** Of exponential work, unless `work` says otherwise. */
  meanMs?: number
  work?: (random: () => number) => Load['workMs']
  requests: number
  seeds?: number[]
}

/** Poisson arrivals without overhead; an outcome for each seed. The warm-up is a tenth. */
export function outcomesOf(
  system: System,
  { ratePerS, meanMs = 1, work, requests, seeds = [1] }: Traffic,
): Outcome[] {
  return seeds.map((seed) => {
    const random = createRandom(seed, streams.work)
    return simulate({
      system,
      load: {
        next: poisson(ratePerS, createRandom(seed, streams.arrivals)),
        workMs: work?.(random) ?? exponential(meanMs, random),
        overheadMs: constant(0),
      },
      seed,
      warmUp: Math.floor(requests / 10),
      requests,
    })
  })
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
