import type { Fleet } from '../../api/fleet.ts'
import type { TrialCpu } from '../records/run.ts'

/** An instance shows its CPU use of the last half second: for longer than this nothing is known. */
const longestMs = 2500

/** Adds up what the fleet shows of its CPU use. */
export function createCpuMeter() {
  let last: { at: number; cores: number } | undefined
  let processS = 0
  return {
    /** @param at milliseconds, of a monotonic clock */
    see(at: number, { instances }: Fleet): void {
      const cores = instances.reduce((sum, { cpu }) => sum + cpu, 0)
      // What is shown was used before it is shown.
      if (last !== undefined) processS += (Math.min(longestMs, at - last.at) * cores) / 1000
      last = { at, cores }
    },
    /** Null where the fleet was not seen. */
    used(): TrialCpu | null {
      if (last === undefined) return null
      return { source: 'vitals', processS, taskS: null, wastedS: null, tasks: null }
    },
  }
}
