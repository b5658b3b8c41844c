import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { poisson } from '../src/plan/simulate/arrivals.ts'
import { createRandom } from '../src/random.ts'
import { nearestRank } from './figures.ts'

/**
 * How steady a machine is, without any of Unblock: a thread for each core runs the same task at random moments, and CPU
 * time is what it took. On a machine of one's own it is the same all the time. What a host takes from a virtual machine
 * shows here, whether or not it is told as steal.
 */
export interface Steadiness {
  runs: number
  /** CPU time of a run, of the best tenth. */
  bestMs: number
  /** Shares of all runs (0 to 1) that took longer than the best by these factors. */
  slower: { by: number; share: number }[]
  /** By two seconds: the mean CPU time of the runs that began in them; null where none did. */
  over: (number | null)[]
}

interface Ran {
  startedMs: number
  cpuMs: number
}

/** Some 70 ms. */
const limit = 700_000
/** Of what all cores can do. */
const load = 0.65
const warmUps = 5
const everyMs = 2000
const seed = 1

/** Runs for so many seconds. */
export async function measureSteadiness(seconds: number): Promise<Steadiness> {
  const cores = availableParallelism()
  const threads = Array.from(
    { length: cores },
    () => new Worker(new URL('./steadiness-thread.ts', import.meta.url)),
  )
  try {
    const usualMs = await warmUp(threads)
    const ran = await runAtRandom(threads, { seconds, perS: (load * cores * 1000) / usualMs })
    return steadinessOf(ran, seconds)
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()))
  }
}

/** Resolves with how long a run takes. */
async function warmUp(threads: readonly Worker[]): Promise<number> {
  const times = await Promise.all(
    threads.map(async (thread) => {
      let last = Number.NaN
      for (let run = 0; run < warmUps; run++) last = (await runOn(thread)).cpuMs
      return last
    }),
  )
  return Math.min(...times)
}

async function runOn(thread: Worker): Promise<Ran> {
  thread.postMessage(limit)
  const [ran] = await once(thread, 'message')
  return ran
}

/** First come, first served; those that wait at the end are not run. */
async function runAtRandom(
  threads: readonly Worker[],
  { seconds, perS }: { seconds: number; perS: number },
): Promise<Ran[]> {
  const next = poisson(perS, createRandom(seed))
  const ran: Ran[] = []
  const idle = [...threads]
  const open = new Set<Promise<void>>()
  const startMs = performance.now()
  let waiting = 0
  const start = () => {
    while (idle.length > 0 && waiting > 0) {
      const thread = idle.shift()!
      waiting--
      const run = runOn(thread).then((each) => {
        ran.push(each)
        idle.push(thread)
        open.delete(run)
        start()
      })
      open.add(run)
    }
  }
  for (let dueMs = next(); dueMs !== undefined && dueMs < seconds * 1000; dueMs = next()) {
    const restMs = startMs + dueMs - performance.now()
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs))
    waiting++
    start()
  }
  waiting = 0
  await Promise.all(open)
  return ran
}

function steadinessOf(ran: readonly Ran[], seconds: number): Steadiness {
  const sorted = ran.map(({ cpuMs }) => cpuMs).toSorted((a, b) => a - b)
  const bestMs = nearestRank(sorted, 0.1)
  const slower = [1.15, 1.5].map((by) => ({
    by,
    share: sorted.filter((ms) => ms > by * bestMs).length / sorted.length,
  }))
  const firstMs = Math.min(...ran.map(({ startedMs }) => startedMs))
  const over = Array.from({ length: Math.ceil((seconds * 1000) / everyMs) }, (_, index) => {
    const here = ran.filter(
      ({ startedMs }) => Math.floor((startedMs - firstMs) / everyMs) === index,
    )
    const sum = here.reduce((total, { cpuMs }) => total + cpuMs, 0)
    return here.length > 0 ? sum / here.length : null
  })
  return { runs: ran.length, bestMs, slower, over }
}
