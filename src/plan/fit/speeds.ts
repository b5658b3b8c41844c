import { type UslParameters, speed as uslSpeed } from '../model/usl.ts'
import type { Scaling, ScalingPoint } from './profile.ts'

/**
 * How fast each of n tasks is that run on one machine at once, for n from 1 (index 0) to `cores`; 1 is as fast as
 * alone. Where it was measured, what was measured (straight lines between the points); beyond, the fitted law. A
 * machine with more to do never gets less done in all, and no task is faster than alone: what says otherwise is noise,
 * or the law beyond its peak.
 */
export function speedsOf(
  { points, measuredTo, usl }: Scaling,
  cores: number,
  law: UslParameters = usl,
): number[] {
  const seen = points
    .filter(({ running }) => running <= measuredTo)
    .toSorted((a, b) => a.running - b.running)
  const speeds = [1]
  for (let running = 2; running <= cores; running++) {
    const before = speeds[running - 2]!
    const speed =
      running <= measuredTo && seen.length > 0 ? between(seen, running) : uslSpeed(running, law)
    speeds.push(Math.min(1, Math.max(speed, (before * (running - 1)) / running)))
  }
  return speeds
}

/** The speed at a mean number of tasks at once, which need not be whole; with one or fewer it is 1. */
export function speedAt(speeds: readonly number[], running: number): number {
  const index = Math.min(Math.max(running, 1), speeds.length) - 1
  const [below, above] = [speeds[Math.floor(index)]!, speeds[Math.ceil(index)]!]
  return below + (above - below) * (index % 1)
}

/** Alone it is 1, whether or not that is among the points; beyond the last one it stays. */
function between(points: readonly ScalingPoint[], running: number): number {
  const above = points.find((point) => point.running >= running)
  const below = points.findLast((point) => point.running < running) ?? { running: 1, speed: 1 }
  if (above === undefined) return below.speed
  const share = (running - below.running) / (above.running - below.running)
  return below.speed + share * (above.speed - below.speed)
}
