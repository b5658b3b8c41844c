import { availableParallelism } from 'node:os'
import { iterationsFor, nodeLoop } from '../bare-loop.ts'
import { Frozen } from '../systems/frozen.ts'
import { queryOf } from '../systems/system.ts'
import { boundless, startUnblock, type UnblockSystem } from '../systems/unblock.ts'
import { startViewer } from '../viewer.ts'
import { wrk } from '../wrk.ts'
import { drain, rateBetween } from './drain-rate.ts'
import { pairedFigure } from './paired.ts'
import type { BenchRun, Row } from './row.ts'

const unseen = { ...boundless, VITALS: 'off', METRICS: 'off' }
const cores = availableParallelism()
const runMs = 2.5

/** What is measured of both, with its unit. */
const units = {
  'GET /api/tasks': 'requests/s',
  'GET /api/non-blocking': 'jobs/s',
  'empty jobs, two workers': 'jobs/s',
  '2.5 ms jobs, thread': 'jobs/s',
} as const
type Measure = keyof typeof units
const measures = Object.keys(units) as Measure[]

interface Stack {
  name: string
  system: UnblockSystem
  frozen: Frozen
  isSeen: boolean
  samples: Record<Measure, number[]>
  failed: Record<Measure, number>
}

export const seeing: Row = {
  name: 'seeing',
  about: 'rates with the page open, vitals and metrics on, against a stack that nobody can see',
  async measure(run) {
    const scale = { servers: 2, workers: 2, threads: Math.ceil(cores / 2) }
    const stacks: Stack[] = []
    try {
      for (const isSeen of [true, false]) {
        const system = await startUnblock({ ...scale, env: isSeen ? boundless : unseen })
        stacks.push(stackOf(system, isSeen))
        stacks.at(-1)!.frozen.freeze()
      }
      await takeTurns(run, stacks)
    } finally {
      for (const { frozen, system } of stacks) {
        await frozen.thaw()
        await system.stop()
      }
    }
    const [ours, theirs] = stacks as [Stack, Stack]
    const sideOf = ({ name, samples, failed }: Stack, measure: Measure) => ({
      name,
      samples: samples[measure],
      failed: failed[measure],
    })
    return measures.map((measure) =>
      pairedFigure({
        row: 'seeing',
        measure,
        unit: units[measure],
        ours: sideOf(ours, measure),
        theirs: sideOf(theirs, measure),
        reach: { atLeast: 0.97 },
      }),
    )
  },
}

function stackOf(system: UnblockSystem, isSeen: boolean): Stack {
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

async function takeTurns(run: BenchRun, stacks: readonly Stack[]): Promise<void> {
  const rounds = run.choose({ full: 7, quick: 2, smoke: 1 })
  const seconds = run.choose({ full: 3, quick: 1, smoke: 1 })
  const calibrationS = run.choose({ full: 1, quick: 0.3, smoke: 0.1 })
  const iterations = await iterationsFor(nodeLoop, { runMs, seconds: calibrationS })
  if (run.effort === 'full')
    for (const { system, isSeen } of stacks)
      await measure(stackOf(system, isSeen), { seconds: 1, iterations })
  for (let round = 1; round <= rounds; round++)
    for (const stack of round % 2 ? stacks : stacks.toReversed()) {
      const said = await measure(stack, { seconds, iterations })
      run.tell(`  round ${round}/${rounds} ${stack.name}: ${said}`)
    }
}

/** One sample of everything, and its words. */
async function measure(
  { system, frozen, isSeen, samples, failed }: Stack,
  { seconds, iterations }: { seconds: number; iterations: number },
): Promise<string> {
  const { url } = system
  const said: string[] = []
  const add = (measure: Measure, rate: number) => {
    samples[measure].push(rate)
    said.push(`${measure} ${rate.toFixed(0)}/s`)
  }
  const byWrk = async (measure: Measure, path: string) => {
    const result = await wrk(url + path, seconds)
    failed[measure] += result.failed
    add(measure, result.requestsPerS)
  }
  await frozen.thaw()
  const began = performance.now()
  await using viewer = isSeen ? await startViewer(system) : undefined
  await byWrk('GET /api/tasks', '/api/tasks')
  const task = { task: 'hash', iterations } as const
  await byWrk('2.5 ms jobs, thread', `/api/blocking${queryOf(task)}&executor=thread`)
  await system.hold()
  await byWrk('GET /api/non-blocking', '/api/non-blocking?task=empty')
  // What was accepted is what there is to do.
  add('empty jobs, two workers', rateBetween(await drain(system), { from: 0.1, to: 0.95 }))
  if (viewer !== undefined) {
    const { events, probes, scrapes, failed: missed, cpuS } = await viewer.stop()
    const perS = (n: number) => ((n * 1000) / (performance.now() - began)).toFixed(1)
    said.push(
      `seen by ${perS(events)} events/s, ${perS(probes)} probes/s, ${scrapes} scrapes, ${missed} failed, at ${perS(cpuS)} cores`,
    )
  }
  frozen.freeze()
  return said.join(', ')
}
