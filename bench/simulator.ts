import { poisson } from '../src/plan/simulate/arrivals.ts'
import { empirical, exponential } from '../src/plan/simulate/draw.ts'
import { simulate } from '../src/plan/simulate/simulate.ts'
import { streams } from '../src/plan/simulate/streams.ts'
import type { System } from '../src/plan/simulate/system.ts'
import { createRandom } from '../src/random.ts'
import { median } from './figures.ts'

/**
 * How many requests a second the simulator gets done on one core: everything that comes, those before and after what is
 * counted too.
 */
export interface SimulatorRow {
  name: string
  requestsPerS: number
}

const never = Number.POSITIVE_INFINITY
const meanMs = 10
const seed = 1

const alone: System = {
  executor: 'thread',
  servers: 1,
  workers: 1,
  threads: 8,
  placement: 'own',
  cores: 8,
  speeds: Array(8).fill(1),
  balance: 'least_conn',
  lineLimit: never,
  queueLimit: never,
  deadlineMs: never,
  failures: null,
}
const pair: System = { ...alone, threads: 2, cores: 2, speeds: [1, 0.95] }
const thousand: System = { ...pair, servers: 1000 }

const cases: { name: string; system: System; load: number }[] = [
  { name: 'M/M/8: one server with 8 threads', system: alone, load: 0.8 },
  {
    name: '2 servers of 2 threads on 2 cores that slow each other down',
    system: { ...pair, servers: 2, placement: 'shared' },
    load: 0.8,
  },
  { name: '1,000 servers of 2 threads', system: { ...thousand, speeds: [1, 1] }, load: 0.8 },
  { name: '1,000 servers of 2 threads that slow each other down', system: thousand, load: 0.8 },
  {
    name: 'the same by random_two',
    system: { ...thousand, balance: 'random_two' },
    load: 0.8,
  },
  {
    name: 'a queue with 500 workers of 2 threads that slow each other down',
    system: { ...pair, executor: 'queue', workers: 500 },
    load: 0.8,
  },
  {
    name: '1,000 servers of 2 threads with deadlines and failures',
    system: {
      ...thousand,
      deadlineMs: 100,
      failures: { meanBetweenMs: 60_000, downMs: 1000, handBackMs: 0 },
    },
    load: 0.8,
  },
]

/** Medians of `rounds` runs of each case in turn. */
export function measureSimulator({
  rounds,
  requests,
}: {
  rounds: number
  requests: number
}): SimulatorRow[] {
  const rates = cases.map((): number[] => [])
  for (let round = 0; round <= rounds; round++)
    for (const [index, { system, load }] of cases.entries()) {
      const ratePerS = requestsPerS(system, load, requests)
      if (round > 0) rates[index]!.push(ratePerS) // the first is until all is compiled
    }
  return cases.map(({ name }, index) => ({ name, requestsPerS: median(rates[index]!) }))
}

function requestsPerS(system: System, load: number, requests: number): number {
  let arrivals = 0
  const next = poisson(rateFor(system, load), createRandom(seed, streams.arrivals))
  const before = process.cpuUsage()
  simulate({
    system,
    load: {
      next: () => {
        arrivals++
        return next()
      },
      workMs: exponential(meanMs, createRandom(seed, streams.work)),
      overheadMs: empirical([1, 1.2, 1.5, 3], createRandom(seed, streams.overhead)),
    },
    seed,
    warmUp: requests / 10,
    requests,
  })
  const { user, system: kernel } = process.cpuUsage(before)
  return (arrivals * 1e6) / (user + kernel)
}

/** At this share of what it can do with all threads busy. */
function rateFor(system: System, load: number): number {
  const { executor, servers, workers, threads, placement, cores, speeds } = system
  const instances = executor === 'queue' ? workers : servers
  const machines = placement === 'own' ? instances : 1
  const tasks = Math.min(placement === 'own' ? threads : instances * threads, cores)
  return (load * machines * tasks * speeds[tasks - 1]! * 1000) / meanMs
}
