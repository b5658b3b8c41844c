import { createRandom } from '../../random.ts'
import type { RequestRecord, Sample } from '../records/record.ts'
import type { Run, Trial } from '../records/run.ts'
import type { Condition, RateShape, Scenario } from '../scenario/schema.ts'
import { Latencies } from '../summary/latencies.ts'
import type { ConditionSummary, Requests, Summary } from '../summary/schema.ts'
import { exampleSummary } from '../summary/summary.fixture.ts'
import { buildReport, type Report } from './build-report.ts'
import { observe } from './observed.ts'
import { simulate } from './simulation.fixture.ts'

/** Runs for tests of the report. Everything in them is made up, and is the same each time. */
export interface Example {
  run: Run
  summary: Summary
  records: RequestRecord[]
  samples: Sample[]
}

const durationMs = 20_000
const warmUpMs = 2000
const deadlineMs = 5000
const giveUpMs = 8000

/** The report of an example, made as that of a run on disk is. */
export async function reportOf(
  example: Omit<Example, 'records' | 'samples'> & {
    records: Iterable<RequestRecord>
    samples: Iterable<Sample>
  },
): Promise<Report> {
  return buildReport({ ...example, observed: await observe(example) })
}

/** Three executors, with one server and with three: what `unblock measure` does on its own. */
export function strategies(): Example {
  const rate: RateShape = { shape: 'constant', rate: 1.2 }
  const conditions = [1, 3].flatMap((servers) =>
    (['event-loop', 'thread', 'queue'] as const).map((executor): Condition => {
      const places = `${servers} server${servers === 1 ? '' : 's'}`
      return {
        key: `${executor}-${places.replace(' ', '-')}`,
        label: `${executor}, ${places}`,
        executor,
        servers,
        workers: 1,
        rate,
        version: '',
      }
    }),
  )
  const due = poisson(1.2)
  return example({
    name: 'strategies',
    description:
      'One task under three executors: what it does to others, and when its result comes.',
    command: 'unblock measure',
    conditions,
    due,
    verdict: [
      'On the event loop a bystander waited up to 2.1 s (p99 2.0 s) while the task ran; on a thread 1.8 ms, on the queue 1.8 ms (1 server).',
      'With 3 servers a bystander on the event loop still waited up to 0.57 s; behind a thread or the queue, 1.8 ms.',
      'The result came after 0.84 s (event loop), 0.59 s (thread) and 0.60 s (queue) at the median (1 server).',
    ],
  })
}

/** A thread and the queue under more and more load, until one refuses and the other is late. */
export function saturation(): Example {
  const rate: RateShape = { shape: 'step', rates: [1, 2, 4, 6, 8] }
  const due = rate.rates.flatMap((perS, step) =>
    Array.from({ length: perS * 4 }, (_, index) => step * 4000 + (index * 1000) / perS),
  )
  return example({
    name: 'saturation',
    description: 'A thread and the queue beyond what two cores can do.',
    command: 'unblock measure experiments/saturation.yaml',
    conditions: (['thread', 'queue'] as const).map((executor) => ({
      key: executor,
      label: executor,
      executor,
      servers: 1,
      workers: 1,
      rate,
      version: '',
    })),
    due,
    verdict: [
      'A thread kept up to 2 requests a second and refused 25 of 84 in all; the queue refused none, and was late.',
      '8 of 84 requests on the queue failed (gave up: 8).',
    ],
    levels: rate.rates.map((offeredPerS, step) => ({
      fromMs: step * 4000,
      toMs: (step + 1) * 4000,
      offeredPerS,
    })),
  })
}

/** Many conditions: what a report must still be able to show. */
export function many(): Example {
  const base = strategies()
  const conditions = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((servers) =>
    (['event-loop', 'thread', 'queue'] as const).map((executor) => ({
      key: `${executor}-${servers}-servers`,
      label: `${executor}, ${servers} servers`,
      executor,
      servers,
      workers: 1,
      rate: base.run.scenario.rates[0]!,
      version: '',
    })),
  )
  const { command, scenario } = base.run
  const { verdict } = base.summary
  return example({ ...scenario, command, verdict, conditions, due: poisson(1.2) })
}

/** Exponential gaps: requests of many strangers. */
function poisson(perS: number): number[] {
  const random = createRandom(6)
  const due: number[] = []
  let at = -warmUpMs
  while (at < durationMs) {
    due.push(at)
    at += (-Math.log(1 - random()) / perS) * 1000
  }
  return due
}

type Level = { fromMs: number; toMs: number; offeredPerS: number }

function example({
  name,
  description,
  command,
  conditions,
  due,
  verdict,
  levels = [{ fromMs: 0, toMs: durationMs, offeredPerS: due.filter((at) => at >= 0).length / 20 }],
}: {
  name: string
  description: string
  command: string
  conditions: Condition[]
  due: number[]
  verdict: string[]
  levels?: Level[]
}): Example {
  const bystanderDue = Array.from({ length: 440 }, (_, index) => -warmUpMs + index * 50)
  const measured = conditions.map((condition, trial) =>
    simulate({
      ...{ trial, due, bystanderDue, giveUpMs, line: 6, seed: 11 },
      executor: condition.executor,
      servers: condition.servers ?? 1,
      workers: condition.workers ?? 1,
    }),
  )
  const startedAt = '2026-11-26T16:40:05.000Z'
  const { target, machine } = exampleSummary()
  const trials = conditions.map(
    ({ key }, index): Trial => ({
      index,
      condition: key,
      repetition: 0,
      startedAt: new Date(Date.parse(startedAt) + index * 26_000).toISOString(),
      ...{ state: 'complete', before: 'idle', durationMs },
      generator: { cpu: 0.07, loopP99Ms: 1.3, openMax: 21, unsent: 0 },
      cpu: null,
    }),
  )
  const id = `2026-11-26T16-40-05-${name}`
  const scenario: Scenario = {
    ...{ name, description, tasks: '', task: 'primes', params: { limit: 3_000_000 } },
    executors: [...new Set(conditions.map(({ executor }) => executor))],
    servers: [...new Set(conditions.map(({ servers }) => servers ?? 1))],
    workers: [1],
    rates: [conditions[0]!.rate],
    ...{ versions: [], spacing: 'poisson', seed: 1, warmUpMs, durationMs, repetitions: 1 },
    ...{ deadlineMs, giveUpMs, bystander: { path: '', rate: 20 } },
  }
  return {
    run: {
      ...{ format: 1, id, startedAt, endedAt: '2026-11-26T16:43:11.000Z', state: 'complete' },
      ...{ command, scenario, conditions, target, versions: [], machine, priority: 0, trials },
    },
    summary: {
      ...{ format: 1, run: id, state: 'complete', verdict, scenario: name, command },
      ...{ startedAt, target, versions: [], machine, priority: 0 },
      settings: { ...scenario, task: 'primes' },
      conditions: conditions.map((condition, index) =>
        summaryOf(condition, trials[index]!, measured[index]!, levels),
      ),
    },
    records: measured.flatMap(({ records }) => records),
    samples: measured.flatMap(({ samples }) => samples),
  }
}

function summaryOf(
  condition: Condition,
  trial: Trial,
  { records, samples }: { records: RequestRecord[]; samples: Sample[] },
  levels: Level[],
): ConditionSummary {
  const counted = records.filter(({ due }) => due >= 0)
  const tasks = counted.filter(({ kind }) => kind === 'task')
  const bystanders = counted.filter(({ kind }) => kind === 'bystander')
  const completed = tasks.filter(({ outcome }) => outcome === 'completed')
  const meanwhile = completed.filter(({ ended }) => ended < durationMs)
  const inTime = meanwhile.filter(({ due, ended }) => ended - due <= deadlineMs)
  const isQueue = condition.executor === 'queue'
  const latencies = (time: (record: RequestRecord) => number | null | undefined) => {
    const all = new Latencies()
    for (const record of completed) {
      const at = time(record)
      if (at !== null && at !== undefined) all.add(at - record.due)
    }
    return all
  }
  const since = (time: Parameters<typeof latencies>[0]) => latencies(time).percentiles()
  const latencyMs = since(({ ended }) => ended)
  const throughputPerS = meanwhile.length / 20
  const waiting = samples.map(({ queue }) => queue.waiting)
  const bystanderMs = new Latencies()
  for (const { due, ended } of bystanders) bystanderMs.add(ended - due)
  const lag = new Latencies()
  for (const { due, sent } of counted) lag.add(sent - due)
  return {
    ...condition,
    void: null,
    requests: requestsOf(tasks),
    reasons: Object.fromEntries(
      [...Map.groupBy(tasks, ({ reason }) => reason ?? '')].flatMap(([reason, of]) =>
        reason === '' ? [] : [[reason, of.length]],
      ),
    ),
    latencyMs,
    acceptedMs: isQueue ? since(({ accepted }) => accepted) : null,
    startedMs: isQueue ? since(({ started }) => started) : null,
    runMs: since(({ due, runMs }) => (runMs === undefined ? null : due + runMs)),
    offeredPerS: tasks.length / 20,
    throughputPerS,
    goodputPerS: inTime.length / 20,
    deadlineMs,
    load: levels.map(({ fromMs, toMs, offeredPerS }) => ({
      offeredPerS,
      throughputPerS:
        completed.filter(({ ended }) => ended >= fromMs && ended < toMs).length /
        ((toMs - fromMs) / 1000),
    })),
    lateAt: [],
    bystander: {
      requests: requestsOf(bystanders),
      reasons: {},
      latencyMs: bystanderMs.percentiles(),
      lateAt: [],
    },
    lagMs: lag.percentiles(),
    generatorCpu: trial.generator?.cpu ?? 0,
    cpu: {
      ...{ source: 'metrics', processS: 15.1, taskS: 13.8, wastedS: 0.2, tasks: completed.length },
      perTaskS: completed.length > 0 ? 13.8 / completed.length : null,
    },
    shares: {
      servers: countBy(tasks, ({ server }) => server),
      workers: countBy(completed, ({ worker }) => worker),
    },
    queueDepth: isQueue
      ? { mean: waiting.reduce((a, b) => a + b, 0) / waiting.length, max: Math.max(...waiting) }
      : null,
    trials: [
      {
        ...{ index: trial.index, repetition: 0, startedAt: trial.startedAt, void: null },
        ...{ state: 'complete', durationMs },
        ...{ requests: requestsOf(tasks), latencyMs, throughputPerS },
        goodputPerS: inTime.length / 20,
        bystanderMs: bystanderMs.percentiles(),
      },
    ],
    histogram: latencies(({ ended }) => ended).encode(),
  }
}

function requestsOf(records: RequestRecord[]): Requests {
  const those = (outcome: string) => records.filter((each) => each.outcome === outcome).length
  return {
    sent: records.length,
    completed: those('completed'),
    failed: those('failed'),
    refused: those('refused'),
  }
}

function countBy(
  records: RequestRecord[],
  name: (record: RequestRecord) => string | undefined,
): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(records, name)].flatMap(([key, of]) => (key ? [[key, of.length]] : [])),
  )
}
