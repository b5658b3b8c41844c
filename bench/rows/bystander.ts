import { availableParallelism } from 'node:os'
import { iterationsFor, nodeLoop } from '../bare-loop.ts'
import { nearestRank } from '../figures.ts'
import { type Prober, startProber } from '../open-loop.ts'
import { startBesideBare } from '../systems/beside-bare.ts'
import { busyByQueue, busyByThread, type Load } from '../systems/busy.ts'
import type { System } from '../systems/system.ts'
import { type BenchRun, type Figure, figure, type Row, type Side } from './row.ts'

const cores = availableParallelism()
/** What one request or job takes, alone on a core. */
const runMs = 100
/** Those of the bystander. */
const requestsPerS = 50

/** One system under one load, or idle. */
interface Phase {
  side: Side & { failed: number }
  system: System
  load: Load
}

const idle: Load = async (during) => during()

export const bystander: Row = {
  name: 'bystander',
  about: `p99 of GET / from when it was due, ${requestsPerS}/s, while every core runs ${runMs} ms tasks`,
  async measure(run) {
    const seconds = run.choose({ full: 20, quick: 3, smoke: 0.4 })
    const calibrationS = run.choose({ full: 1, quick: 0.5, smoke: 0.1 })
    const iterations = await iterationsFor(nodeLoop, { runMs, seconds: calibrationS })
    const task = { task: 'hash', iterations } as const
    // On both sides one job at a time for each core: that is what BullMQ runs of them in a worker.
    const scale = { servers: cores, workers: cores, threads: 1 }
    await using systems = await startBesideBare(scale)
    await using prober = await startProber()
    const { unblock, bare } = systems
    // Some more than the cores can do meanwhile, and what they do before.
    const jobs = Math.ceil(((seconds + 0.5) * 1000 * cores * 1.2) / runMs)
    const byQueue = (system: typeof bare) => busyByQueue(system, task, { jobs, tell: run.tell })
    const phase = (name: string, system: System, load: Load): Phase => ({
      side: { name, samples: [], failed: 0 },
      system,
      load,
    })
    const phases = {
      ours: phase('Unblock, idle', unblock, idle),
      oursByQueue: phase('Unblock', unblock, byQueue(unblock)),
      oursByThread: phase('Unblock', unblock, busyByThread(unblock, task, 2 * cores)),
      bare: phase('bare BullMQ, idle', bare, idle),
      bareByQueue: phase('bare BullMQ', bare, byQueue(bare)),
    }
    await takeTurns(run, prober, { phases: Object.values(phases), seconds })
    return figuresOf(phases)
  },
}

function figuresOf(phases: Record<string, Phase>): Figure[] {
  const of = (
    work: string,
    [ours, theirs]: [string, string],
    reach: { reach?: { atMost: number } } = {},
  ) =>
    figure({
      row: 'bystander',
      measure: `GET /, p99, ${work}`,
      unit: 'ms',
      ours: phases[ours]!.side,
      theirs: phases[theirs]!.side,
      ...reach,
    })
  return [
    of('cores busy by queue', ['oursByQueue', 'ours'], { reach: { atMost: 2 } }),
    of('cores busy by threads', ['oursByThread', 'ours'], { reach: { atMost: 2 } }),
    of('cores busy by queue', ['oursByQueue', 'bareByQueue'], { reach: { atMost: 1 } }),
    of('cores busy by threads', ['oursByThread', 'bareByQueue'], { reach: { atMost: 1 } }),
    of('idle', ['ours', 'bare']),
  ]
}

async function takeTurns(
  run: BenchRun,
  prober: Prober,
  { phases, seconds }: { phases: readonly Phase[]; seconds: number },
): Promise<void> {
  const rounds = run.choose({ full: 3, quick: 1, smoke: 1 })
  const probe = ({ url }: System, forS: number) =>
    prober.probe({ url, path: '/', perS: requestsPerS, seconds: forS })
  // The first answers of a server would pay for what is compiled.
  if (run.effort !== 'smoke')
    for (const system of new Set(phases.map((each) => each.system)))
      await probe(system, run.choose({ full: 5, quick: 1, smoke: 0 }))
  for (let round = 1; round <= rounds; round++)
    for (const { side, system, load } of round % 2 ? phases : phases.toReversed()) {
      const { latenciesMs, failed } = await load(() => probe(system, seconds))
      const p99Ms = nearestRank(latenciesMs, 0.99)
      side.samples.push(p99Ms)
      side.failed += failed
      run.tell(
        `  round ${round}/${rounds} ${side.name}${load === idle ? '' : `, ${load.name}`}: ${p99Ms.toFixed(2)} ms`,
      )
    }
}
