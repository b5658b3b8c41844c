import type { ExecutorName } from '../../measure/scenario/schema.ts'
import type { ExecutorProfile, Profile } from '../fit/profile.ts'
import { speedsOf } from '../fit/speeds.ts'

/** What is predicted, then measured: a setting other than those that the profile was fitted from. */
export interface HeldOut {
  executor: ExecutorName
  servers: number
  workers: number
  /** Of what this machine can do on this executor, as predicted (0 to 1). */
  load: number
  ratePerS: number
}

/** One of either kind at all loads, and two at some: more threads than cores, where these are shared. */
const sizes = [
  { instances: 1, loads: [0.3, 0.5, 0.7, 0.85] },
  { instances: 2, loads: [0.5, 0.85] },
] as const

export function heldOutOf(profile: Profile, executors: readonly ExecutorName[]): HeldOut[] {
  return executors.flatMap((executor) => {
    const known = profile.executors.find((each) => each.executor === executor)
    if (known === undefined) return []
    return sizes.flatMap(({ instances, loads }) => {
      const capacityPerS = capacityOf(profile, known, instances)
      return loads.map((load) => ({
        executor,
        servers: instances,
        workers: instances,
        load,
        ratePerS: Number((load * capacityPerS).toPrecision(3)),
      }))
    })
  })
}

/** Tasks a second with every slot taken: on one machine, so many instances with a thread for each core. */
function capacityOf(profile: Profile, known: ExecutorProfile, instances: number): number {
  const { cores } = profile.machine
  const busy = known.executor === 'event-loop' ? Math.min(cores, instances) : cores
  const speed = speedsOf(profile.scaling, cores)[busy - 1]!
  return (busy * speed * 1000) / (profile.alone.meanMs * known.slowdown + (known.gapMs ?? 0))
}
