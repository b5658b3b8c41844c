import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { poisson } from '../src/plan/simulate/arrivals.ts'
import { createRandom } from '../src/random.ts'
import { nearestRank } from './figures.ts'

/**
 * How steady a machine is, without any of Unblock: a thread for each core runs the same task at random moments, and its
 * CPU time is told. The work is the same each time: what differs is the machine's, by whatever cause (its clock, cores
 * that share what computes, a host that has less for it).
 */
export interface Steadiness {
  runs: number
  /** Runs that came a second. */
  perS: number
  /** CPU time that a tenth of all runs stayed within. */
  p10Ms: number
  /** Shares of all runs (0 to 1) that took longer than `p10Ms` by these factors. */
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
const warmUps = 25
const factors = [1.15, 1.5]
const everyMs = 2000
const seed = 1

/** Runs for so many seconds, after a warm-up. Rejects where a thread fails. */
export async function measureSteadiness(seconds: number): Promise<Steadiness> {
  const cores = availableParallelism()
  const threads = Array.from(
    { length: cores },
    () => new Worker(new URL('./steadiness-thread.ts', import.meta.url)),
  )
  const failed = Promise.race(
    threads.map((thread) =>
      once(thread, 'exit').then(([code]) => {
        throw new Error(`a thread ended with ${code}`)
      }),
    ),
  )
  // Threads that are ended below are no failure.
  failed.catch(() => {})
  try {
    const shortestMs = await Promise.race([failed, warmUp(threads)])
    const perS = (load * cores * 1000) / shortestMs
    const ran = await Promise.race([failed, runAtRandom(threads, { seconds, perS })])
    return { perS, ...steadinessOf(ran, seconds) }
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()))
  }
}

/** Resolves with the shortest time of all. */
async function warmUp(threads: readonly Worker[]): Promise<number> {
  const times = await Promise.all(
    threads.map(async (thread) => {
      const own: number[] = []
      for (let run = 0; run < warmUps; run++) own.push((await runOn(thread)).cpuMs)
      return Math.min(...own)
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
  let waiting = 0
  let hasMore = true
  let arrival = Promise.withResolvers<void>()
  const tell = () => {
    arrival.resolve()
    arrival = Promise.withResolvers<void>()
  }
  /** Of one thread, until nothing more comes. */
  const serve = async (thread: Worker) => {
    while (hasMore) {
      if (waiting > 0) {
        waiting--
        ran.push(await runOn(thread))
      } else await arrival.promise
    }
  }
  const arrive = async () => {
    const startMs = performance.now()
    const end = seconds * 1000
    for (let dueMs = next() ?? end; dueMs < end; dueMs = next() ?? end) {
      const restMs = startMs + dueMs - performance.now()
      if (restMs > 0) await sleep(restMs)
      waiting++
      tell()
    }
    hasMore = false
    tell()
  }
  await Promise.all([arrive(), ...threads.map(serve)])
  return ran
}

function steadinessOf(ran: readonly Ran[], seconds: number): Omit<Steadiness, 'perS'> {
  const sorted = ran.map(({ cpuMs }) => cpuMs).toSorted((a, b) => a - b)
  const p10Ms = nearestRank(sorted, 0.1)
  const slower = factors.map((by) => ({
    by,
    share: sorted.filter((ms) => ms > by * p10Ms).length / sorted.length,
  }))
  const firstMs = Math.min(...ran.map(({ startedMs }) => startedMs))
  const over = Array.from({ length: Math.ceil((seconds * 1000) / everyMs) }, (_, index) => {
    const here = ran.filter(
      ({ startedMs }) => Math.floor((startedMs - firstMs) / everyMs) === index,
    )
    const sum = here.reduce((total, { cpuMs }) => total + cpuMs, 0)
    return here.length > 0 ? sum / here.length : null
  })
  return { runs: ran.length, p10Ms, slower, over }
}
