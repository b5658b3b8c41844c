import type { RequestRecord, Sample } from './record.ts'
import type { Run, Trial } from './run.ts'

/** A run for tests: one condition, the thread executor, 10 requests a second for 1 s. */
export function exampleRun(changes: Partial<Run> = {}): Run {
  const rate = { shape: 'constant', rate: 10 } as const
  return {
    format: 1,
    id: '2026-11-26T16-40-05-example',
    startedAt: '2026-11-26T16:40:05.000Z',
    endedAt: '2026-11-26T16:40:07.000Z',
    state: 'complete',
    command: 'unblock measure example',
    scenario: {
      name: 'example',
      description: '',
      tasks: '',
      task: '',
      params: {},
      executors: ['thread'],
      servers: [1],
      workers: [1],
      rates: [rate],
      versions: [],
      spacing: 'even',
      seed: 1,
      warmUpMs: 0,
      durationMs: 1000,
      repetitions: 1,
      deadlineMs: 10_000,
      giveUpMs: 60_000,
      bystander: { path: '/livez', rate: 10 },
    },
    conditions: [
      {
        key: 'thread',
        label: 'thread',
        executor: 'thread',
        servers: 1,
        workers: 1,
        rate,
        version: '',
      },
    ],
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
    trials: [exampleRunTrial()],
    ...changes,
  }
}

/** A trial whose generator had nothing to complain of. */
export function exampleRunTrial(changes: Partial<Trial> = {}): Trial {
  return {
    index: 0,
    condition: 'thread',
    repetition: 0,
    startedAt: '2026-11-26T16:40:05.000Z',
    state: 'complete',
    before: 'idle',
    durationMs: 1000,
    generator: { cpu: 0.05, loopP99Ms: 1, openMax: 3, unsent: 0 },
    cpu: null,
    ...changes,
  }
}

/** A request that completed after 100 ms, unless it is said otherwise. */
export function exampleRecord(changes: Partial<RequestRecord> = {}): RequestRecord {
  const due = changes.due ?? 0
  return {
    trial: 0,
    kind: 'task',
    due,
    sent: due,
    accepted: null,
    started: null,
    ended: due + 100,
    outcome: 'completed',
    status: 200,
    ...changes,
  }
}

/** What was seen at a moment, with so many jobs that wait. */
export function exampleSample(at: number, waiting: number, trial = 0): Sample {
  return { trial, at, queue: { waiting, active: 0 }, instances: [] }
}
