import { startAll } from '../systems/all.ts'
import type { QueueSystem } from '../systems/system.ts'
import { against } from './against.ts'
import { bareConcurrency, drainRate } from './drain-rate.ts'
import type { BenchRun, Row } from './row.ts'

/** The first trial's; what the trials find decides how many jobs a round has. */
const fewest = 200
/** So that what all rounds leave behind does not fill Redis. */
const most = 60_000

export const drain: Row = {
  name: 'drain',
  about: 'empty jobs done/s, two worker processes, all jobs in the queue before they start',
  async measure(run) {
    const own = { 'bare Fastify + BullMQ': { threads: bareConcurrency } }
    await using systems = await startAll({ servers: 1, workers: 2 }, own)
    return against(await drainRates(run, systems.all), {
      row: 'drain',
      measure: 'empty jobs, two workers',
      unit: 'jobs/s',
      reach: { 'bare Fastify + BullMQ': { atLeast: 1 }, 'Flask + Celery': { atLeast: 5 } },
    })
  },
}

/** Empty jobs a second that each of `systems` gets done, in turn, every other round in reverse. */
async function drainRates(run: BenchRun, systems: readonly QueueSystem[]) {
  const rounds = run.choose({ full: 7, quick: 2, smoke: 1 })
  const seconds = run.choose({ full: 3, quick: 1, smoke: 0 })
  const sides = new Map<QueueSystem, { name: string; samples: number[]; count: number }>()
  for (const system of systems)
    sides.set(system, { name: system.name, samples: [], count: await countFor(system, seconds) })
  for (let round = 1; round <= rounds; round++)
    for (const system of round % 2 ? systems : systems.toReversed()) {
      const { samples, count } = sides.get(system)!
      const rate = await drainRate(system, { task: 'empty' }, count)
      samples.push(rate)
      run.tell(`  round ${round}/${rounds} ${count} jobs ${system.name}: ${rate.toFixed(0)}/s`)
    }
  return [...sides.values()].map(({ name, samples }) => ({ name, samples }))
}

/** How many jobs take it about that long, by two trials that warm it up as well. */
async function countFor(system: QueueSystem, seconds: number): Promise<number> {
  let count = fewest
  for (const share of [0.3, 1])
    if (seconds > 0) {
      const rate = await drainRate(system, { task: 'empty' }, count)
      count = Math.min(most, Math.max(fewest, Math.round(rate * seconds * share)))
    }
  return count
}
