import mandelbrot from '../../src/tasks/mandelbrot.ts'
import primes from '../../src/tasks/primes.ts'

/** A task with its answer, and what it costs here. */
export interface KnownTask {
  what: string
  task: string
  params: Record<string, number>
  result: unknown
  /** CPU time of one run on this machine, otherwise idle, in milliseconds. */
  costMs: number
  /** How often it is asked for, beside the others. */
  weight: number
}

/** A few milliseconds to about a second of one core, and now and then more. */
const PRIMES = [
  { limit: 20_000, weight: 60 },
  { limit: 100_000, weight: 60 },
  { limit: 500_000, weight: 20 },
  { limit: 1_500_000, weight: 6 },
  { limit: 4_000_000, weight: 1 },
  { limit: 8_000_000, weight: 0.2 },
]

/** Its picture is a large result, which is kept apart from the job. */
const PICTURE = { width: 800, height: 600, iterations: 30, centreX: -0.65, centreY: 0, zoom: 1 }

/**
 * The tasks of the load; `short` leaves out those of a second and more. Answers come from a sieve, not
 * from the task that is to be judged.
 */
export async function knownTasks({ short = false } = {}): Promise<KnownTask[]> {
  const limits = PRIMES.filter(({ limit }) => !short || limit < 4_000_000)
  const counts = primesBelow(Math.max(...limits.map(({ limit }) => limit)))
  const context = { progress() {}, signal: new AbortController().signal }
  const known = limits.map(({ limit, weight }) => {
    const params = { limit }
    const costMs = timed(() => primes.run(params, context))
    const result = { limit, primes: counts(limit) }
    return { what: `primes below ${limit}`, task: 'primes', params, result, costMs, weight }
  })
  const from = performance.now()
  const result = await mandelbrot.run(PICTURE, context)
  const costMs = performance.now() - from
  const picture = { what: 'a picture', task: 'mandelbrot', params: PICTURE, result, costMs }
  return [...known, { ...picture, weight: 1 }]
}

/** CPU time that one request of the mix costs on average, in milliseconds. */
export function meanCostMs(tasks: readonly KnownTask[]): number {
  const weights = tasks.reduce((total, { weight }) => total + weight, 0)
  return tasks.reduce((total, { weight, costMs }) => total + weight * costMs, 0) / weights
}

/** The sieve of Eratosthenes: how many primes there are below each number up to `max`. */
export function primesBelow(max: number): (limit: number) => number {
  const composite = new Uint8Array(max)
  for (let n = 2; n * n < max; n++)
    if (composite[n] === 0) for (let each = n * n; each < max; each += n) composite[each] = 1
  return (limit) => {
    let count = 0
    for (let n = 2; n < limit; n++) if (composite[n] === 0) count++
    return count
  }
}

function timed(run: () => unknown): number {
  const from = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1000
}
