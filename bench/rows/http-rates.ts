import type { System } from '../systems/system.ts'
import { wrk } from '../wrk.ts'
import type { BenchRun, Side } from './row.ts'

/** Requests a second that each of `systems` answers at 32 connections, in turn, every other round in reverse. */
export async function httpRates(
  run: BenchRun,
  systems: readonly System[],
  path: string,
): Promise<Side[]> {
  const rounds = run.choose({ full: 7, quick: 2, smoke: 1 })
  const seconds = run.choose({ full: 3, quick: 1, smoke: 1 })
  const sides = new Map(
    systems.map((each) => [each, { name: each.name, samples: [] as number[], failed: 0 }]),
  )
  if (run.effort !== 'smoke') for (const { url } of systems) await wrk(url + path, seconds)
  for (let round = 1; round <= rounds; round++)
    for (const system of round % 2 ? systems : systems.toReversed()) {
      const { requestsPerS, failed } = await wrk(system.url + path, seconds)
      const side = sides.get(system)!
      side.samples.push(requestsPerS)
      side.failed += failed
      run.tell(`  round ${round}/${rounds} ${path} ${system.name}: ${requestsPerS.toFixed(0)}/s`)
    }
  return [...sides.values()]
}
