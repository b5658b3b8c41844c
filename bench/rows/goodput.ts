import { availableParallelism } from 'node:os'
import { type BareLoop, iterationsFor, nodeLoop, pythonLoop, runByExecutor } from '../bare-loop.ts'
import { type AllSystems, startAll } from '../systems/all.ts'
import { type BenchTask, type QueueSystem, queryOf } from '../systems/system.ts'
import { wrk } from '../wrk.ts'
import { drainRate } from './drain-rate.ts'
import { besideBareLoop, type Paired, pairedFigure } from './paired.ts'
import type { BenchRun, Figure, Row } from './row.ts'

const sizes = [
  { runMs: 10, reach: { atLeast: 0.97 } },
  { runMs: 2.5, reach: { atLeast: 0.93 } },
]
const cores = availableParallelism()
/** Enough that a thread that ends a run finds the next one, and far from what a server refuses. */
const connections = 4 * cores
const lookEveryMs = 200

/** One way to get jobs done. */
interface Way {
  /** As in `10 ms jobs, thread`. */
  name: string
  system: QueueSystem
  loop: BareLoop
  /** Where it is what is promised to a user of Unblock, who sends requests. */
  hasTarget?: true
  /** As after some minutes of service: what is used is compiled. */
  warm(): Promise<void>
  /** @returns runs a second @param perS about what is to be expected */
  measure(task: HashTask, perS: number): Promise<number>
}

type HashTask = Extract<BenchTask, { task: 'hash' }>

export const goodput: Row = {
  name: 'goodput',
  about: 'CPU-bound jobs done/s on all cores, against the same loop bare on all cores',
  async measure(run) {
    // One worker of Unblock has a thread a core. BullMQ runs jobs on the event loop of a worker: one a core.
    const own = { 'bare Fastify + BullMQ': { workers: cores, threads: 1 } }
    await using systems = await startAll({ servers: 1, workers: 1, threads: cores }, own)
    // Workers that have nothing to do, but stand beside what is measured, take some of the cores too.
    for (const system of systems.all) await system.hold()
    const rounds = run.choose({ full: 5, quick: 1, smoke: 1 })
    const bareSeconds = run.choose({ full: 1.5, quick: 0.4, smoke: 0.1 })
    const measured = await measureCases(waysOf(systems, run), { run, rounds, bareSeconds })
    return measured.map(asFigure)
  },
}

/** Those of the systems that have the task; Sidekiq has only the empty one. */
function waysOf({ unblock, all }: AllSystems, run: BenchRun): Way[] {
  const seconds = run.choose({ full: 3, quick: 1, smoke: 1 })
  const fewest = run.choose({ full: 100, quick: 50, smoke: 20 })
  const warmS = run.choose({ full: 5, quick: 1, smoke: 1 })
  const warmJobs = run.choose({ full: 30_000, quick: 5000, smoke: 50 })
  const queued = (system: QueueSystem, loop: BareLoop): Way => ({
    name: 'queue',
    system,
    loop,
    async warm() {
      // Python compiles nothing while it runs.
      await drainRate(system, { task: 'empty' }, loop === pythonLoop ? 50 : warmJobs)
      await system.hold()
    },
    async measure(task, perS) {
      const count = run.effort === 'smoke' ? fewest : Math.max(fewest, Math.round(perS * seconds))
      // Seldom: each look takes a core from the work for a while, as HTTP or a queue does.
      const rate = await drainRate(system, task, count, { everyMs: lookEveryMs })
      await system.hold()
      return rate
    },
  })
  async function requested(task: BenchTask, forS: number): Promise<number> {
    const path = `/api/blocking${queryOf(task)}&executor=thread`
    const { requestsPerS, failed } = await wrk(unblock.url + path, forS, { connections })
    if (failed > 0) throw new Error(`${failed} requests failed: ${path}`)
    return requestsPerS
  }
  const thread: Way = {
    name: 'thread',
    system: unblock,
    loop: nodeLoop,
    hasTarget: true,
    warm: async () => void (await requested({ task: 'empty' }, warmS)),
    measure: (task) => requested(task, seconds),
  }
  const inProcess: Way = {
    name: 'thread, without HTTP',
    system: unblock,
    loop: nodeLoop,
    warm: async () => {}, // each process of its own does it
    measure: ({ iterations }) =>
      runByExecutor({ threads: cores, open: connections, iterations, seconds }),
  }
  const peers = [
    { system: 'bare Fastify + BullMQ', loop: nodeLoop },
    { system: 'Flask + Celery', loop: pythonLoop },
  ]
  const found = peers.flatMap(({ system, loop }) =>
    all.filter((each) => each.name === system).map((each) => queued(each, loop)),
  )
  return [thread, inProcess, { ...queued(unblock, nodeLoop), hasTarget: true }, ...found]
}

interface Case extends Paired {
  way: Way
  size: (typeof sizes)[number]
  /** So many that the loop of this way takes `size.runMs` for a run, alone on a core. */
  iterations: number
}

async function measureCases(
  ways: readonly Way[],
  { run, rounds, bareSeconds }: { run: BenchRun; rounds: number; bareSeconds: number },
): Promise<Case[]> {
  const cases: Case[] = []
  for (const size of sizes)
    for (const way of ways) {
      const known = cases.find((each) => each.size === size && each.way.loop === way.loop)
      const calibrate = () =>
        iterationsFor(way.loop, { runMs: size.runMs, seconds: bareSeconds / 2 })
      const iterations = known?.iterations ?? (await calibrate())
      cases.push({ way, size, iterations, samples: [], bare: [] })
    }
  const measure = ({ way, size, iterations }: Case) =>
    way.measure({ task: 'hash', iterations }, (cores * 1000) / size.runMs)
  // The first of all would pay for what is compiled, and for connections.
  if (run.effort !== 'smoke') {
    for (const { warm } of ways) await warm()
    for (const each of cases.slice(-ways.length)) await measure(each)
  }
  const beside = besideBareLoop({ cores, seconds: bareSeconds })
  for (let round = 1; round <= rounds; round++)
    for (const each of round % 2 ? cases : cases.toReversed()) {
      const { way, size, iterations, samples, bare } = each
      await beside({ loop: way.loop, iterations }, each, () => measure(each))
      const [ours, most] = [samples.at(-1)!, bare.at(-1)!].map((rate) => rate.toFixed(0))
      run.tell(
        `  round ${round}/${rounds} ${size.runMs} ms, ${way.name}, ${way.system.name}: ${ours}/s of ${most}/s`,
      )
    }
  return cases
}

function asFigure({ way, size, samples, bare }: Case): Figure {
  return pairedFigure({
    row: 'goodput',
    measure: `${size.runMs} ms jobs, ${way.name}`,
    unit: 'jobs/s',
    ours: { name: way.system.name, samples },
    theirs: { name: way.loop.name, samples: bare },
    ...(way.hasTarget ? { reach: size.reach } : {}),
  })
}
