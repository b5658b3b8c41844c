import { availableParallelism } from 'node:os'
import { createClient } from '../../src/measure/attack/client.ts'
import { median } from '../figures.ts'
import { Frozen } from '../systems/frozen.ts'
import { queryOf } from '../systems/system.ts'
import type { UnblockSystem } from '../systems/unblock.ts'
import { startViewer } from '../viewer.ts'
import { wrk } from '../wrk.ts'
import { drain, drainRate, rateBetween } from './drain-rate.ts'
import { emptyJob, travelOverHttp } from './round-trip.ts'

/** What is measured of both, with its unit. */
export const units = {
  'GET /api/tasks': 'requests/s',
  'GET /': 'requests/s',
  'GET /api/non-blocking': 'jobs/s',
  'empty jobs, two workers': 'jobs/s',
  '2.5 ms jobs, thread': 'jobs/s',
  '2.5 ms jobs, queue': 'jobs/s',
  'POST /api/non-blocking, wait=5': 'ms',
} as const
export type Measure = keyof typeof units
export const measures = Object.keys(units) as Measure[]

const cores = availableParallelism()
/** What a job of those named so takes, alone on a core. */
export const runMs = 2.5
/** Some of a second's. */
const tripsPerS = 300

export interface Stack {
  /** As in the table. */
  name: string
  system: UnblockSystem
  frozen: Frozen
  /** By a viewer, while it is measured. */
  isSeen: boolean
  samples: Record<Measure, number[]>
  failed: Record<Measure, number>
}

export function stackOf(system: UnblockSystem, isSeen: boolean): Stack {
  const each = <T>(value: () => T) =>
    Object.fromEntries(measures.map((measure) => [measure, value()])) as Record<Measure, T>
  return {
    name: isSeen ? 'Unblock' : 'Unblock unseen',
    system,
    frozen: new Frozen(system),
    isSeen,
    samples: each(() => [] as number[]),
    failed: each(() => 0),
  }
}

/** Adds a sample of everything. @param seconds of each, a whole number @returns what was found, in words */
export async function measureStack(
  { system, frozen, isSeen, samples, failed }: Stack,
  { seconds, iterations }: { seconds: number; iterations: number },
): Promise<string> {
  const { url } = system
  const said: string[] = []
  const add = (measure: Measure, figure: number) => {
    samples[measure].push(figure)
    said.push(`${measure} ${figure.toPrecision(3)} ${units[measure]}`)
  }
  const byWrk = async (measure: Measure, path: string) => {
    const result = await wrk(url + path, seconds)
    failed[measure] += result.failed
    add(measure, result.requestsPerS)
  }
  await frozen.thaw()
  const began = performance.now()
  await using viewer = isSeen ? await startViewer(system) : undefined
  // Those that were stopped have to catch up, and whoever sees them begins.
  await tripMs(url, seconds * tripsPerS)
  add('POST /api/non-blocking, wait=5', await tripMs(url, seconds * tripsPerS))
  await byWrk('GET /api/tasks', '/api/tasks')
  await byWrk('GET /', '/')
  const task = { task: 'hash', iterations } as const
  await byWrk('2.5 ms jobs, thread', `/api/blocking${queryOf(task)}&executor=thread`)
  await system.hold()
  await byWrk('GET /api/non-blocking', '/api/non-blocking?task=empty')
  // What was accepted is what there is to do.
  add('empty jobs, two workers', rateBetween(await drain(system), { from: 0.1, to: 0.95 }))
  const jobs = Math.round((cores * 1000 * seconds) / runMs)
  add('2.5 ms jobs, queue', await drainRate(system, task, jobs, { everyMs: 200 }))
  if (viewer !== undefined) {
    const { events, probes, due, scrapes, failed: missed, cpuS } = await viewer.stop()
    // A viewer that does not get to look costs nothing.
    failed['GET /'] += missed + Math.max(0, Math.floor(0.9 * due) - probes)
    const perS = (n: number) => ((n * 1000) / (performance.now() - began)).toFixed(1)
    said.push(
      `seen by ${perS(events)} events/s, ${perS(probes)} probes/s, ${scrapes} scrapes, ${missed} failed, at ${perS(cpuS)} cores`,
    )
  }
  frozen.freeze()
  return said.join(', ')
}

/** Milliseconds from asking for an empty job to its result, one after the other; their median. */
async function tripMs(url: string, count: number): Promise<number> {
  const client = createClient(url)
  try {
    return median(await travelOverHttp(client, emptyJob, count))
  } finally {
    await client.close()
  }
}
