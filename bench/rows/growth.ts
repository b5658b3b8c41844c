import { startFastifyBullmq } from '../systems/fastify-bullmq.ts'
import type { QueueSystem, Scale } from '../systems/system.ts'
import { startUnblock } from '../systems/unblock.ts'
import { bareConcurrency } from './drain-rate.ts'
import { type GrowthSample, growthSample } from './growth-sample.ts'
import { type BenchRun, type Figure, figure, type Row } from './row.ts'

const ours = 'Unblock'
const bare = 'bare Fastify + BullMQ'

const starts: Readonly<Record<string, (scale: Scale) => Promise<QueueSystem>>> = {
  [ours]: startUnblock,
  [bare]: (scale) =>
    startFastifyBullmq({ ...scale, threads: bareConcurrency, answers: { tasks: '[]', page: '' } }),
}

/** What one system is measured under, and what was found. */
interface Case {
  system: string
  /** Jobs. */
  waiting: number
  /** Servers, and as many workers. */
  instances: number
  found: GrowthSample[]
}

export const growth: Row = {
  name: 'growth',
  about:
    'jobs accepted/s and done/s with few and with many waiting, or with more servers and workers',
  async measure(run) {
    const rounds = run.choose({ full: 3, quick: 1, smoke: 1 })
    const sizes = run.choose({
      full: [1000, 100_000, 1_000_000],
      quick: [1000, 100_000],
      smoke: [100], // each start takes a second or two
    })
    const scales = run.choose({ full: [1, 2, 4, 8], quick: [], smoke: [] })
    const bySize = casesOf(sizes.map((waiting) => ({ waiting, instances: 2 })))
    const byScale = casesOf(scales.map((instances) => ({ waiting: sizes[0]!, instances })))
    for (let round = 1; round <= rounds; round++)
      for (const each of round % 2 ? bySize : bySize.toReversed()) await measure(each, run)
    for (const each of byScale) await measure(each, run)
    return [...sizeFigures(bySize), memoryFigure(bySize), ...scaleFigures(byScale)]
  },
}

function casesOf(conditions: readonly Pick<Case, 'waiting' | 'instances'>[]): Case[] {
  return conditions.flatMap((each) =>
    Object.keys(starts).map((system) => ({ ...each, system, found: [] })),
  )
}

/** On a system of its own: none has to drain what another measurement has left. */
async function measure(each: Case, run: BenchRun): Promise<void> {
  const { waiting, instances, found } = each
  const system = await starts[each.system]!({ servers: instances, workers: instances })
  try {
    const sample = await growthSample(system, {
      waiting,
      seconds: run.choose({ full: 3, quick: 1, smoke: 1 }),
      warmUpS: run.choose({ full: 1, quick: 1, smoke: 0 }),
    })
    found.push(sample)
    const [accepted, done] = [sample.acceptedPerS, sample.donePerS].map((rate) => rate.toFixed(0))
    run.tell(
      `  ${waiting} waiting, ${instances} servers and workers, ${each.system}: accepted ${accepted}/s, done ${done}/s, ` +
        `${sample.bytesPerJob.toFixed(0)} bytes a job`,
    )
  } finally {
    await system.stop()
  }
}

/** The rates with many jobs waiting against those with few; the most are what has to be reached with. */
function sizeFigures(cases: readonly Case[]): Figure[] {
  const most = Math.max(...cases.map(({ waiting }) => waiting))
  const wordsOf = ({ waiting }: Case) => `${waiting.toLocaleString('en')} waiting`
  return againstFirst(cases, { accept: wordsOf, drain: wordsOf }, ({ system, waiting }) =>
    system === ours && waiting === most ? { atLeast: 0.9 } : undefined,
  )
}

function scaleFigures(cases: readonly Case[]): Figure[] {
  const words = (what: string) => (each: Case) =>
    `${each.instances} ${what}${each.instances === 1 ? '' : 's'}`
  return againstFirst(cases, { accept: words('server'), drain: words('worker') })
}

/** Each case of a system against the first one of the same system. */
function againstFirst(
  cases: readonly Case[],
  words: { accept: (of: Case) => string; drain: (of: Case) => string },
  reachOf: (of: Case) => Figure['reach'] = () => undefined,
): Figure[] {
  const kinds = [
    { kind: 'accept', rateOf: (of: GrowthSample) => of.acceptedPerS },
    { kind: 'drain', rateOf: (of: GrowthSample) => of.donePerS },
  ] as const
  return kinds.flatMap(({ kind, rateOf }) => {
    const sideOf = (each: Case) => ({
      name: `${each.system}, ${words[kind](each)}`,
      samples: each.found.map(rateOf),
      failed: kind === 'accept' ? each.found.reduce((sum, { failed }) => sum + failed, 0) : 0,
    })
    return cases.flatMap((each) => {
      const first = cases.find(({ system }) => system === each.system)!
      if (each === first) return []
      const reach = reachOf(each)
      return figure({
        row: 'growth',
        measure: `${kind}, ${words[kind](each)}`,
        unit: 'jobs/s',
        ours: sideOf(each),
        theirs: sideOf(first),
        ...(reach === undefined ? {} : { reach }),
      })
    })
  })
}

/** With the most jobs that were waiting: what a queue has only once is nothing beside them. */
function memoryFigure(cases: readonly Case[]): Figure {
  const sideOf = (name: string) => {
    const samples = cases.findLast(({ system }) => system === name)!.found
    return { name, samples: samples.map(({ bytesPerJob }) => bytesPerJob) }
  }
  return figure({
    row: 'growth',
    measure: 'memory per waiting job',
    unit: 'bytes',
    ours: sideOf(ours),
    theirs: sideOf(bare),
    reach: { atMost: 1.2 },
  })
}
