import { checkOptions } from './check.ts'
import { Simulation } from './simulation.ts'
import type { Outcome, SimulateOptions } from './system.ts'

/**
 * Lets requests come, wait, run and end, event by event, and counts what becomes of them. The same options, with
 * a load that gives the same numbers, have the same outcome. It is a pure function but for the load, of which it
 * draws the work and the overhead of each request when it comes, whatever becomes of it: so every system meets
 * the same requests.
 *
 * Arrivals go on after the last counted one until all that are counted have ended, but for no more than as many
 * again: where lines grow without bound, those who come later do not matter much to those who came before.
 *
 * @throws {RangeError} where the options, or what the load draws, make no sense
 */
export function simulate(options: SimulateOptions): Outcome {
  checkOptions(options)
  const simulation = new Simulation(options)
  while (!simulation.isDone) simulation.step()
  return simulation.outcome()
}
