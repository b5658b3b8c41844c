import type {
  Answer,
  Curves,
  Plan,
  Predicted,
  Question,
  Sensitivity,
  Size,
} from '../answer/plan.ts'
import type { ExecutorProfile, Profile } from '../fit/profile.ts'

/** Plans for tests of what is shown. Everything in them is made up, and is the same each time. */

const about = (ms: number): Predicted => ({ ms, low: ms * 0.93, high: ms * 1.12 })

/** Three executors, one of which was not measured to where it is needed. */
export function examplePlan(): Plan {
  return {
    format: 1,
    question,
    profile,
    answers: [eventLoop(), thread(), queue()],
    policies: [
      { balance: 'least_conn', p50: 79, p95: 227, p99: 334.4, p999: 488.1, refused: 0.0002 },
      { balance: 'round_robin', p50: 86.3, p95: 318.5, p99: 492.6, p999: 741.2, refused: 0.0009 },
      { balance: 'random_two', p50: 82.1, p95: 262.8, p99: 391.4, p999: 570.3, refused: 0.0004 },
    ],
    verdict: [
      'At 50 requests/s, 95 of 100 within 500 ms and 99 of 100 within 1 s: thread needs 2 servers (4 cores), the queue 1 server and 2 workers (5 cores), the event loop 5 servers (5 cores).',
      '2 servers are enough up to 54.5 requests/s; then the line for a thread is full and requests are refused.',
      'On the event loop one of a hundred who ask for something cheap waits 214 ms or longer.',
    ],
    simulated: { requests: 6_400_000, ms: 2910 },
  }
}

/** The same, but no number of event loops is enough. */
export function infeasiblePlan(): Plan {
  const plan = examplePlan()
  const [first, ...others] = plan.answers
  return {
    ...plan,
    answers: [without(first!, 'a task alone takes 64 ms, and 60 ms are asked for'), ...others],
  }
}

/** An answer without a number of instances. */
export function without(answer: Answer, why: string): Answer {
  return {
    ...answer,
    fewest: null,
    why,
    predicted: null,
    instancesInterval: null,
    headroom: null,
    sensitivity: [],
    outside: [],
    curves: null,
  }
}

/** A thousand times as many of everything. */
export function largePlan(): Plan {
  const plan = examplePlan()
  const sized = ({ servers, workers, cores }: Size) => ({
    servers: servers * 1000,
    workers: workers * 1000,
    cores: cores * 1000,
  })
  return {
    ...plan,
    question: { ...question, ratePerS: 50_000 },
    answers: plan.answers.map((answer) => ({
      ...answer,
      fewest: sized(answer.fewest!),
      predicted: {
        ...answer.predicted!,
        ratePerS: 50_000,
        p99: about(14_230),
        waiting: { mean: 1240.5, max: 14_200 },
        refused: 0.000_08,
      },
      instancesInterval: {
        low: answer.instancesInterval!.low * 990,
        high: answer.instancesInterval!.high * 1000,
      },
      headroom: { ratePerS: 54_470, breaks: 'server loop' },
      sensitivity: answer.sensitivity.map((each) => ({
        ...each,
        ratePerS: each.ratePerS * 1000,
        fewest: sized(each.fewest!),
        more: each.more! * 1000,
      })),
      outside: ['1,000 instances were not measured'],
    })),
  }
}

const question: Question = {
  ratePerS: 50,
  targets: [
    { share: 0.95, ms: 500 },
    { share: 0.99, ms: 1000 },
  ],
  refusedAtMost: 0.001,
  arrivals: { kind: 'poisson' },
  executors: ['event-loop', 'thread', 'queue'],
  balance: 'least_conn',
  coresEach: 2,
  threadsEach: 2,
  lineLimit: 16,
  queueLimit: 1000,
  deadlineMs: 30_000,
  failures: null,
  corePrice: 0.042,
  seed: 1,
}

/** A run between `from` and `to`, most of them short: so many quantiles. */
function skewed(from: number, to: number, length = 200): number[] {
  return Array.from({ length }, (_, index) => {
    const share = (index + 0.5) / length
    return from + (to - from) * (0.35 * share + 0.65 * share ** 12)
  })
}

const executors: ExecutorProfile[] = [
  {
    executor: 'event-loop',
    measured: true,
    overheadMs: skewed(1.1, 4.2),
    gapMs: 0.4,
    slowdown: 1.02,
    overheadCpuMs: 0.61,
    capacityPerS: 14.8,
    capacityPerCorePerS: 7.4,
    range: { ratePerS: 14.8, servers: { low: 1, high: 1 }, workers: null },
  },
  {
    executor: 'thread',
    measured: true,
    overheadMs: skewed(1.8, 6.1),
    gapMs: 0.7,
    slowdown: 1.01,
    overheadCpuMs: 0.74,
    capacityPerS: 28.1,
    capacityPerCorePerS: 14.05,
    range: { ratePerS: 28.1, servers: { low: 1, high: 2 }, workers: null },
  },
  {
    executor: 'queue',
    measured: true,
    overheadMs: skewed(3.2, 11.9),
    gapMs: null,
    slowdown: 1,
    overheadCpuMs: null,
    capacityPerS: null,
    capacityPerCorePerS: null,
    range: { ratePerS: 22.4, servers: { low: 1, high: 1 }, workers: { low: 1, high: 2 } },
  },
]

const profile: Profile = {
  task: 'primes',
  params: { limit: 300_000 },
  runs: ['2026-11-26T16-40-12-calibration', '2026-11-26T17-02-44-saturation'],
  machine: { cpus: '2 × AMD EPYC 9R14', cores: 2 },
  alone: {
    valuesMs: skewed(57.8, 91.4),
    meanMs: 64.2,
    scv: 0.013,
    count: 1843,
    meanInterval: { low: 62.9, high: 65.5 },
  },
  scaling: {
    points: [
      { running: 1, speed: 1, count: 612 },
      { running: 1.4, speed: 0.985, count: 410 },
      { running: 2, speed: 0.945, count: 980 },
    ],
    usl: {
      sigma: 0.052,
      kappa: 0.0021,
      sigmaInterval: { low: 0.031, high: 0.073 },
      kappaInterval: { low: 0, high: 0.0058 },
      free: 'sigma and kappa',
    },
    measuredTo: 2,
  },
  executors,
  assumed: [
    'Nothing was measured with more jobs than workers could do: a worker is taken to begin the next job at once.',
  ],
}

function eventLoop(): Answer {
  const headroom: Answer['headroom'] = { ratePerS: 58.2, breaks: 'latency' }
  return {
    executor: 'event-loop',
    fewest: { servers: 5, workers: 0, cores: 5 },
    why: null,
    predicted: {
      ...latencies('event-loop'),
      bystanderP99Ms: 214.3,
      utilisation: 0.662,
      loopUtilisation: 0.006,
      waiting: { mean: 1.31, max: 17 },
      refused: 0,
      expired: 0,
      theory: null,
    },
    instancesInterval: { low: 5, high: 6 },
    headroom,
    sensitivity: sensitivity([5, 5, 6, 7, 9, 5, 6], (servers) => ({
      servers,
      workers: 0,
      cores: servers,
    })),
    outside: [
      '5 servers were not measured, but 1',
      'rates above 14.8/s were not measured on the event loop',
    ],
    curves: curves({ executor: 'event-loop', headroom }, (servers) => servers),
  }
}

function thread(): Answer {
  const headroom: Answer['headroom'] = { ratePerS: 54.5, breaks: 'refusals' }
  return {
    executor: 'thread',
    fewest: { servers: 2, workers: 0, cores: 4 },
    why: null,
    predicted: {
      ...latencies('thread'),
      bystanderP99Ms: null,
      utilisation: 0.868,
      loopUtilisation: 0.018,
      waiting: { mean: 2.44, max: 29 },
      refused: 0.0002,
      expired: 0,
      theory: null,
    },
    instancesInterval: { low: 2, high: 2 },
    headroom,
    sensitivity: sensitivity([2, 3, 3, 3, 4, 3, 3], (servers) => ({
      servers,
      workers: 0,
      cores: 2 * servers,
    })),
    outside: [],
    curves: curves({ executor: 'thread', headroom }, (servers) => 2 * servers),
  }
}

function queue(): Answer {
  const headroom: Answer['headroom'] = { ratePerS: 53.9, breaks: 'latency' }
  return {
    executor: 'queue',
    fewest: { servers: 1, workers: 2, cores: 5 },
    why: null,
    predicted: {
      ...latencies('queue'),
      bystanderP99Ms: null,
      utilisation: 0.871,
      loopUtilisation: null,
      waiting: { mean: 2.9, max: 41 },
      refused: 0,
      expired: 0,
      theory: { waitMs: 57.3, simulatedWaitMs: 58.1 },
    },
    instancesInterval: { low: 2, high: 3 },
    headroom,
    sensitivity: sensitivity([2, 3, 3, 3, 4, 2, 3], (workers) => ({
      servers: 1,
      workers,
      cores: 1 + 2 * workers,
    })),
    outside: [],
    curves: curves({ executor: 'queue', headroom }, (workers) => 1 + 2 * workers),
  }
}

/** @param needed instances: now, and for each of the changes */
function sensitivity(
  [now, ...needed]: readonly [number, ...number[]],
  sizeOf: (instances: number) => Size,
): Sensitivity[] {
  const changes = [
    ...[1.1, 1.2, 1.5, 2].map((times) => ({ change: 'rate' as const, times })),
    ...[1.1, 1.25].map((times) => ({ change: 'work' as const, times })),
  ]
  return changes.map(({ change, times }, index) => ({
    change,
    times,
    ratePerS: change === 'rate' ? 50 * times : 50,
    fewest: sizeOf(needed[index]!),
    more: needed[index]! - now,
  }))
}

/** Roughly what queues do: waits grow as 1 / (1 − load), and beyond all capacity are as long as may be. */
interface Shape {
  instances: number
  /** Of all of them. */
  capacityPerS: number
  /** Mean wait by load, up to 1: scaleMs · load^power / (1 − load). */
  scaleMs: number
  power: number
  mostWaitMs: number
  /** Beyond this load, what comes is refused. */
  full: number
}

const shapes: Record<Answer['executor'], Shape> = {
  'event-loop': {
    instances: 5,
    capacityPerS: 70,
    scaleMs: 40,
    power: 1.3,
    mostWaitMs: 30_000,
    full: 2,
  },
  thread: {
    instances: 2,
    capacityPerS: 57.6,
    scaleMs: 20,
    power: 6,
    mostWaitMs: 180,
    full: 0.946,
  },
  queue: {
    instances: 2,
    capacityPerS: 57.2,
    scaleMs: 11.5,
    power: 0.9,
    mostWaitMs: 30_000,
    full: 1.05,
  },
}

function at(ratePerS: number, shape: Shape, instances = shape.instances) {
  const load = (ratePerS * shape.instances) / instances / shape.capacityPerS
  const grown = load < 1 ? (shape.scaleMs * load ** shape.power) / (1 - load) : Infinity
  const wait = Math.min(grown, shape.mostWaitMs)
  return {
    ratePerS,
    p50: 66 + 0.2 * wait,
    p95: 84 + 2.2 * wait,
    p99: 94 + 3.7 * wait,
    refused: Math.max(0, 1 - shape.full / load),
  }
}

function latencies(executor: Answer['executor']) {
  const { ratePerS, p50, p95, p99 } = at(50, shapes[executor])
  return { ratePerS, p50: about(p50), p95: about(p95), p99: about(p99) }
}

function curves(
  { executor, headroom }: Pick<Answer, 'executor' | 'headroom'>,
  coresOf: (instances: number) => number,
): Curves {
  const shape = shapes[executor]
  const shares = [0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.87, 0.92, 0.96, 0.99, 1.04, 1.1]
  const rates = shares.map((share) => share * shape.capacityPerS)
  return {
    latency: rates.map((rate) => at(rate, shape)),
    beside: [shape.instances - 1, shape.instances + 1].map((instances) => ({
      instances,
      points: rates.map((rate) => {
        const { ratePerS, p95 } = at(rate, shape, instances)
        return { ratePerS, p95 }
      }),
    })),
    instances: [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2].map((times) => {
      const ratePerS = 50 * times
      const instances = Math.ceil((ratePerS / headroom!.ratePerS) * shape.instances)
      const cores = coresOf(instances)
      return { ratePerS, instances, cores, cost: Number((0.042 * cores).toFixed(4)) }
    }),
  }
}
