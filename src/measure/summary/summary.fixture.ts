import { Latencies } from './latencies.ts'
import type { ConditionSummary, Percentiles, Summary, TrialSummary } from './schema.ts'

/** Summaries for tests: three executors on one server each, and what a test says about them. */
export function exampleSummary(changes: Partial<Summary> = {}): Summary {
  return {
    format: 1,
    run: '2026-11-26T16-40-05-strategies',
    state: 'complete',
    verdict: ['A bystander waited up to 2.1 s (event loop) under this load.'],
    scenario: 'strategies',
    command: 'unblock measure',
    startedAt: '2026-11-26T16:40:05.000Z',
    target: {
      url: 'http://127.0.0.1:8080',
      own: true,
      task: 'primes',
      jobs: true,
      fleet: true,
      bystander: '/livez',
    },
    versions: [],
    machine: {
      cpus: '2 × AMD EPYC 7B13',
      cores: 2,
      memoryBytes: 8 * 2 ** 30,
      os: 'Linux 6.1.0 x64',
      node: 'v26.10.0',
      unblock: '0.1.0',
    },
    priority: 0,
    settings: {
      task: '',
      params: {},
      spacing: 'poisson',
      seed: 1,
      warmUpMs: 5000,
      durationMs: 20_000,
      repetitions: 10,
      deadlineMs: 5000,
      giveUpMs: 60_000,
      bystander: { path: '/livez', rate: 10 },
    },
    conditions: [
      exampleCondition({
        key: 'event-loop-1-server',
        label: 'event loop, 1 server',
        executor: 'event-loop',
        bystander: {
          requests: someRequests(4000),
          latencyMs: percentilesOf({ count: 4000, p50: 140, max: 2100 }),
          lateAt: [],
        },
      }),
      exampleCondition({ key: 'thread-1-server', label: 'thread, 1 server', executor: 'thread' }),
      exampleCondition(),
    ],
    ...changes,
  }
}

/** One condition, unless it is said otherwise: the queue with one server, 10 trials of 24 requests. */
export function exampleCondition(changes: Partial<ConditionSummary> = {}): ConditionSummary {
  const executor = changes.executor ?? 'queue'
  const isQueue = executor === 'queue'
  const trials = changes.trials ?? Array.from({ length: 10 }, (_, index) => exampleTrial({ index }))
  return {
    key: 'queue-1-server',
    label: 'queue, 1 server',
    executor,
    servers: 1,
    workers: 1,
    version: '',
    rate: { shape: 'constant', rate: 1.2 },
    void: null,
    requests: someRequests(240),
    reasons: {},
    latencyMs: percentilesOf({ count: 240, p50: 610, max: 1900 }),
    acceptedMs: isQueue ? percentilesOf({ count: 240, p50: 4, max: 21 }) : null,
    startedMs: isQueue ? percentilesOf({ count: 240, p50: 60, max: 1300 }) : null,
    runMs: percentilesOf({ count: 240, p50: 540, max: 700 }),
    offeredPerS: 1.2,
    throughputPerS: 1.18,
    goodputPerS: 1.18,
    deadlineMs: 5000,
    load: [{ offeredPerS: 1.2, throughputPerS: 1.18 }],
    lateAt: [],
    bystander: {
      requests: someRequests(4000),
      latencyMs: percentilesOf({ count: 4000, p50: 1.4, max: 9.3 }),
      lateAt: [],
    },
    lagMs: percentilesOf({ count: 4240, p50: 0.2, max: 3.1 }),
    generatorCpu: 0.06,
    cpu: {
      source: 'metrics',
      processS: 150,
      taskS: 130,
      wastedS: 0,
      tasks: 240,
      perTaskS: 130 / 240,
    },
    shares: { servers: { 'server-1': 240 }, workers: isQueue ? { 'worker-1': 240 } : {} },
    queueDepth: isQueue ? { mean: 0.3, max: 3 } : null,
    histogram: exampleHistogram({ count: 240, p50: 610, max: 1900 }),
    ...changes,
    trials,
  }
}

/** One repetition. */
export function exampleTrial(changes: Partial<TrialSummary> = {}): TrialSummary {
  const index = changes.index ?? 0
  return {
    index,
    repetition: index,
    startedAt: new Date(Date.UTC(2026, 10, 26, 16, 40, 5 + 25 * index)).toISOString(),
    state: 'complete',
    durationMs: 20_000,
    void: null,
    requests: someRequests(24),
    latencyMs: percentilesOf({ count: 24, p50: 610, max: 1500 }),
    throughputPerS: 1.18,
    goodputPerS: 1.18,
    bystanderMs: percentilesOf({ count: 400, p50: 1.4, max: 9.3 }),
    ...changes,
  }
}

/** So many requests that all completed, but for those that are said not to. */
export function someRequests(sent: number, failed = 0, refused = 0) {
  return { sent, completed: sent - failed - refused, failed, refused }
}

/** Of durations that rise evenly on a logarithmic scale, from p50² / max up to max. */
export function percentilesOf(sample: { count: number; p50: number; max: number }): Percentiles {
  return latenciesOf(sample).percentiles()
}

/** The same durations as text. */
export function exampleHistogram(sample: { count: number; p50: number; max: number }): string {
  return latenciesOf(sample).encode()
}

function latenciesOf({ count, p50, max }: { count: number; p50: number; max: number }): Latencies {
  const latencies = new Latencies()
  for (let n = 1; n <= count; n++) latencies.add(p50 * (max / p50) ** ((2 * n) / count - 1))
  return latencies
}
