import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { rounded } from '../../report/words.ts'
import type { RequestRecord, Sample } from '../records/record.ts'
import {
  exampleRecord,
  exampleRun,
  exampleRunTrial,
  exampleSample,
} from '../records/run.fixture.ts'
import type { Run, Trial } from '../records/run.ts'
import type { Condition } from '../scenario/schema.ts'
import { Latencies } from './latencies.ts'
import { summarise } from './summarise.ts'

async function* from<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values
}

const summaryOf = (run: Run, records: Iterable<RequestRecord>, samples: Iterable<Sample> = []) =>
  summarise(run, from(records), from(samples))

async function conditionOf(
  run: Run,
  records: Iterable<RequestRecord>,
  samples: Iterable<Sample> = [],
) {
  const [condition] = (await summaryOf(run, records, samples)).conditions
  assert.ok(condition)
  return condition
}

/** Ten requests, due every 100 ms, each answered after so many. */
const ten = (latencyMs: number, changes: Partial<RequestRecord> = {}) =>
  Array.from({ length: 10 }, (_, n) =>
    exampleRecord({ due: n * 100, ended: n * 100 + latencyMs, ...changes }),
  )

/** Runs of the same condition, one after another. */
const trials = (number: number) =>
  Array.from({ length: number }, (_, index) => exampleRunTrial({ index, repetition: index }))

describe('the summary of a run', () => {
  it('bears what the run says of itself', async () => {
    const versions = [{ name: 'a', url: 'http://127.0.0.1:8080', own: true, task: 'primes' }]
    const run = exampleRun({ state: 'partial', versions, priority: -10 })
    const { conditions, verdict, ...rest } = await summaryOf(run, ten(50))
    assert.equal(conditions.length, 1)
    assert.ok(verdict.length > 0)
    assert.deepEqual(rest, {
      format: 1,
      run: run.id,
      state: 'partial',
      scenario: 'example',
      command: run.command,
      startedAt: run.startedAt,
      target: run.target,
      versions: run.versions,
      machine: run.machine,
      priority: -10,
      settings: {
        task: '',
        params: {},
        spacing: 'even',
        seed: 1,
        warmUpMs: 0,
        durationMs: 1000,
        repetitions: 1,
        deadlineMs: 10_000,
        giveUpMs: 60_000,
        bystander: { path: '/livez', rate: 10 },
      },
    })
  })

  it('counts from when requests were due, and leaves out the warm-up', async () => {
    const warmUp = exampleRecord({ due: -100, sent: -100, ended: 900, server: 'server-9' })
    const late = ten(50, { sent: 0 }).map((each) => ({ ...each, sent: each.due + 5 }))
    const condition = await conditionOf(exampleRun(), [warmUp, ...late])
    assert.deepEqual(condition.requests, { sent: 10, completed: 10, failed: 0, refused: 0 })
    assert.equal(condition.latencyMs.max, 50)
    assert.equal(rounded(condition.latencyMs.p50 ?? 0), 50)
    assert.equal(condition.latencyMs.p99, null)
    assert.equal(condition.lagMs.max, 5)
    assert.equal(condition.offeredPerS, 10)
    assert.deepEqual(condition.shares.servers, {})
  })

  it('tells throughput, what came in time, from goodput, what came within the deadline', async () => {
    const run = exampleRun()
    run.scenario.deadlineMs = 150
    const records = ten(150) // the last one ends at 1050 ms
    records[3] = exampleRecord({ due: 300, ended: 451 })
    const { throughputPerS, goodputPerS, deadlineMs } = await conditionOf(run, records)
    assert.deepEqual([throughputPerS, goodputPerS, deadlineMs], [9, 8, 150])
    const slow = await conditionOf(run, ten(5000))
    assert.deepEqual([slow.throughputPerS, slow.goodputPerS], [0, 0])
    const lastMoment = await conditionOf(run, ten(100))
    assert.deepEqual([lastMoment.throughputPerS, lastMoment.goodputPerS], [10, 10])
  })

  it('counts results of the warm-up that come later as throughput, and in the CPU time of a task', async () => {
    const run = exampleRun()
    const cpu = { source: 'metrics' as const, processS: 8, taskS: 6, wastedS: 0, tasks: 12 }
    run.trials = run.trials.map((trial) => ({ ...trial, cpu }))
    const early = exampleRecord({ due: -900, sent: -900, ended: -100 })
    const late = exampleRecord({ due: -100, sent: -100, ended: 900 })
    const condition = await conditionOf(run, [early, late, ...ten(50)])
    assert.equal(condition.throughputPerS, 11)
    assert.equal(condition.cpu?.perTaskS, 0.5)
  })

  it('counts what was not completed by reason, and takes its time for no latency', async () => {
    const records = ten(50)
    records[0] = exampleRecord({ outcome: 'refused', status: 503, reason: 'status 503', ended: 1 })
    records[1] = exampleRecord({ outcome: 'failed', status: 0, reason: 'gave up', ended: 60_000 })
    records[2] = exampleRecord({ outcome: 'failed', status: 500, ended: 9 })
    const { requests, reasons, latencyMs, goodputPerS } = await conditionOf(exampleRun(), records)
    assert.deepEqual(requests, { sent: 10, completed: 7, failed: 2, refused: 1 })
    assert.deepEqual(reasons, { 'status 503': 1, 'gave up': 1, 'status 500': 1 })
    assert.deepEqual([latencyMs.count, latencyMs.max, goodputPerS], [7, 50, 7])
  })

  it('keeps the bystander apart', async () => {
    const bystanders = [
      ...ten(4, { kind: 'bystander', server: 'server-2' }),
      exampleRecord({ kind: 'bystander', due: 950, ended: 951, outcome: 'failed', status: 0 }),
    ]
    const condition = await conditionOf(exampleRun(), [...ten(50), ...bystanders])
    assert.equal(condition.requests.sent, 10)
    assert.equal(condition.latencyMs.max, 50)
    assert.deepEqual(condition.reasons, {})
    assert.deepEqual(condition.shares.servers, {})
    assert.deepEqual(condition.bystander?.requests, {
      sent: 11,
      completed: 10,
      failed: 1,
      refused: 0,
    })
    assert.equal(condition.bystander?.latencyMs.max, 4)
    assert.equal(condition.trials[0]?.bystanderMs?.max, 4)
    assert.equal(condition.lagMs.count, 21)
    const without = await conditionOf(exampleRun(), ten(50))
    assert.equal(without.bystander, null)
    assert.equal(without.trials[0]?.bystanderMs, null)
  })

  it('says of the queue when jobs were accepted and started, and who did them', async () => {
    const jobs = Array.from({ length: 10 }, (_, n) =>
      exampleRecord({
        due: n * 100,
        sent: n * 100,
        accepted: n * 100 + 3,
        started: n * 100 + 20,
        ended: n * 100 + 70,
        runMs: 40,
        status: 202,
        server: n % 2 === 0 ? 'server-10' : 'server-2',
        worker: 'worker-1',
      }),
    )
    const samples = [exampleSample(-1, 99), exampleSample(0, 0), exampleSample(500, 4)]
    const condition = await conditionOf(exampleRun(), jobs, samples)
    assert.deepEqual(
      [condition.acceptedMs?.max, condition.startedMs?.max, condition.runMs?.max],
      [3, 20, 40],
    )
    assert.deepEqual(Object.entries(condition.shares.servers), [
      ['server-2', 5],
      ['server-10', 5],
    ])
    assert.deepEqual(condition.shares.workers, { 'worker-1': 10 })
    assert.deepEqual(condition.queueDepth, { mean: 2, max: 4 })
    const thread = await conditionOf(exampleRun(), ten(50))
    assert.deepEqual(
      [thread.acceptedMs, thread.startedMs, thread.runMs, thread.queueDepth],
      [null, null, null, null],
    )
  })

  it('takes percentiles of all trials together, whether their records stand together or not', async () => {
    const run = exampleRun({ trials: trials(2) })
    const records = [...ten(50), ...ten(70, { trial: 1 })]
    const condition = await conditionOf(run, records)
    assert.deepEqual(
      [condition.latencyMs.count, rounded(condition.latencyMs.p50 ?? 0), condition.latencyMs.max],
      [20, 50, 70],
    )
    assert.equal(condition.offeredPerS, 10)
    assert.deepEqual(
      condition.trials.map(({ latencyMs, requests }) => [
        rounded(latencyMs.p50 ?? 0),
        requests.sent,
      ]),
      [
        [50, 10],
        [70, 10],
      ],
    )
    const mixed = records.toSorted((a, b) => a.due - b.due)
    assert.deepEqual(await conditionOf(run, mixed), condition)
  })

  it('leaves out void trials where others are left, and says so where none is', async () => {
    const generator = { cpu: 0.99, loopP99Ms: 9, openMax: 3, unsent: 0 }
    const [first, second] = trials(2)
    assert.ok(first && second)
    const records = [...ten(50), ...ten(7000, { trial: 1 })]
    const one = await conditionOf(
      exampleRun({ trials: [first, { ...second, generator }] }),
      records,
    )
    assert.equal(one.void, null)
    assert.deepEqual([one.requests.sent, one.latencyMs.max, one.generatorCpu], [10, 50, 0.05])
    assert.equal(one.trials[0]?.void, null)
    assert.match(one.trials[1]?.void ?? '', /^the generator used 0\.99/)

    const all = await conditionOf(
      exampleRun({ trials: [first, second].map((trial) => ({ ...trial, generator })) }),
      records,
    )
    assert.match(all.void ?? '', /^the generator used 0\.99/)
    assert.equal(all.requests.sent, 20)
  })

  it('tells load by steps, as a mean over the trials', async () => {
    const rate = { shape: 'step', rates: [4, 16] } as const
    const run = exampleRun({ trials: trials(2) })
    const [condition] = run.conditions
    assert.ok(condition)
    run.conditions = [{ ...condition, rate: { ...rate, rates: [...rate.rates] } }]
    /** Due evenly, 2 in the first half and 8 in the second, of which the last three come too late. */
    const due = [0, 250, 500, 562.5, 625, 687.5, 750, 812.5, 875, 937.5]
    const records = [0, 1].flatMap((trial) =>
      due.map((at) => exampleRecord({ trial, due: at, ended: at + 130 })),
    )
    const { load } = await conditionOf(run, records)
    assert.deepEqual(load, [
      { offeredPerS: 4, throughputPerS: 4 },
      { offeredPerS: 16, throughputPerS: 12 },
    ])
  })

  it('of a partial run covers what was measured, with rates over the time that it lasted', async () => {
    const rates = [10, 20]
    const run = exampleRun({ state: 'partial', trials: [exampleRunTrial({ durationMs: 500 })] })
    const [condition] = run.conditions
    assert.ok(condition)
    run.conditions = [
      { ...condition, rate: { shape: 'step', rates } },
      { ...condition, key: 'never', label: 'never run' },
    ]
    const records = [...ten(20).slice(0, 5), ...ten(20, { trial: 7 })]
    const summary = await summaryOf(run, records)
    assert.deepEqual(
      summary.conditions.map(({ key }) => key),
      ['thread'],
    )
    const [{ offeredPerS, load } = { offeredPerS: 0, load: [] }] = summary.conditions
    assert.equal(offeredPerS, 10)
    assert.deepEqual(load, [{ offeredPerS: 10, throughputPerS: 10 }])
    assert.match(summary.verdict.at(-1) ?? '', /in 1 of 2 conditions\.$/)
  })

  it('of a trial that nobody saw to its end covers the time until the latest request of its records', async () => {
    const cut = exampleRunTrial({ state: 'partial', durationMs: null, generator: null })
    const rate = { shape: 'step' as const, rates: [10, 20] }
    const run = exampleRun({ state: 'partial', trials: [cut] })
    run.conditions = run.conditions.map((each) => ({ ...each, rate }))
    /** Results come in the order in which they stand: five of ten after the latest due time. */
    const records = [
      exampleRecord({ due: -300, ended: 250 }),
      ...[0, 100, 200, 300, 400].map((due) => exampleRecord({ due, ended: due + 310 })),
      exampleRecord({ due: 500, ended: 801 }),
      exampleRecord({ due: 800, ended: 802, kind: 'bystander' }),
      exampleRecord({ due: 600, ended: 900 }),
    ]
    const { trials, throughputPerS, offeredPerS, load, generatorCpu } = await conditionOf(
      run,
      records,
    )
    const [trial] = trials
    assert.deepEqual([trial?.state, trial?.durationMs, trial?.void], ['partial', 800, null])
    assert.deepEqual([throughputPerS, offeredPerS, generatorCpu], [7.5, 8.75, 0])
    assert.deepEqual(load, [
      { offeredPerS: 10, throughputPerS: 6 },
      { offeredPerS: 2 / 0.3, throughputPerS: 10 },
    ])
    const samples = [exampleSample(0, 1), exampleSample(400, 3), exampleSample(900, 50)]
    assert.deepEqual((await conditionOf(run, records, samples)).queueDepth, { mean: 2, max: 3 })
    const early = await conditionOf(run, [exampleRecord({ due: -500, ended: -400 })])
    assert.deepEqual([early.trials[0]?.durationMs, early.offeredPerS, early.load], [0, 0, []])
  })

  it('leaves out a trial that nobody saw to its end and of which there are no records', async () => {
    const [first, second] = trials(2)
    assert.ok(first && second)
    const cut: Trial = { ...second, state: 'partial', durationMs: null, generator: null }
    const condition = await conditionOf(exampleRun({ trials: [first, cut] }), ten(50))
    assert.deepEqual(
      condition.trials.map(({ index }) => index),
      [0],
    )
    assert.deepEqual((await summaryOf(exampleRun({ trials: [cut] }), [])).conditions, [])
  })

  it('counts what was interrupted or not sent as sent and failed, and the latter for no lag', async () => {
    const records = [
      ...ten(50),
      exampleRecord({ due: 950, ended: 980, outcome: 'failed', status: 0, reason: 'interrupted' }),
      exampleRecord({ due: 960, sent: 990, ended: 990, outcome: 'failed', reason: 'not sent' }),
    ]
    const { requests, reasons, lagMs, trials } = await conditionOf(exampleRun(), records)
    assert.deepEqual(requests, { sent: 12, completed: 10, failed: 2, refused: 0 })
    assert.deepEqual(reasons, { interrupted: 1, 'not sent': 1 })
    assert.deepEqual([lagMs.count, lagMs.max], [11, 0])
    assert.match(trials[0]?.void ?? '', /^1 request was due and not sent, because 3 were open/)
  })

  it('marks figures that lag may have raised, of each kind by its own lag', async () => {
    const late = (kind: RequestRecord['kind'], latencyMs: number, lagMs: number) =>
      ten(latencyMs, { kind }).map((each, n) => ({
        ...each,
        sent: each.due + (n === 9 ? lagMs : 0),
      }))
    const records = [...late('task', 50, 4), ...late('bystander', 20, 12)]
    const condition = await conditionOf(exampleRun(), records)
    assert.deepEqual(condition.lateAt, [])
    assert.deepEqual(condition.bystander?.lateAt, ['max'])
    assert.equal(condition.void, null)
  })

  it('divides by nothing where there is nothing', async () => {
    for (const run of [
      exampleRun(),
      exampleRun({ trials: [exampleRunTrial({ durationMs: 0 })] }),
      exampleRun({ trials: [] }),
    ]) {
      for (const records of [[], [exampleRecord()], ten(50)]) {
        const summary = await summaryOf(run, records)
        assert.ok(summary.verdict.length > 0)
        const text = JSON.stringify(summary, replaceUnknown)
        assert.doesNotMatch(text, /not a number/)
        assert.doesNotMatch(text, /NaN|Infinity/)
      }
    }
  })

  it('takes latency apart: wait, run and what is beside them, and how many ran at once', async () => {
    const records = [
      exampleRecord({ due: 0, ended: 110, waitMs: 4, runMs: 100 }),
      exampleRecord({ due: 50, ended: 110, waitMs: 2, runMs: 50 }),
      exampleRecord({ due: 400, ended: 430, waitMs: 1, runMs: 20 }),
      // Half of it after the last request was due.
      exampleRecord({ due: 980, ended: 1020, waitMs: 0, runMs: 40 }),
    ]
    const { parts } = await conditionOf(exampleRun(), records)
    assert.ok(parts)
    assert.equal(parts.waitMs.max, 4)
    assert.equal(parts.overheadMs.max, 9)
    assert.equal(Latencies.decode(parts.overheadHistogram).count, 4)
    assert.equal(Latencies.decode(parts.runHistogram).count, 4)
    assert.deepEqual(parts.atOnce, { ms: [860, 90, 50], results: 3.5 })
    const untold = await conditionOf(exampleRun(), ten(50))
    assert.equal(untold.parts, null)
  })

  it('takes no two tasks to run at once on one event loop, though it answers them together', async () => {
    const run = exampleRun()
    const [condition] = run.conditions
    const records = [100, 100, 50].map((runMs) => exampleRecord({ ended: 250, waitMs: 0, runMs }))
    const on = async (changes: Partial<Condition>) => {
      const conditions = [{ ...condition!, ...changes }]
      return (await conditionOf({ ...run, conditions }, records)).parts?.atOnce
    }
    assert.deepEqual(await on({ executor: 'event-loop', servers: 1 }), {
      ms: [750, 250],
      results: 3,
    })
    assert.equal(await on({ executor: 'event-loop', servers: 2 }), null)
  })

  it('takes no more memory for more requests', { timeout: 60_000 }, async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const number = 400_000
    let before = 0
    let grown = 0
    function* many() {
      for (let n = 0; n < number; n++) {
        // From after the histograms have grown to their size.
        if (n === number / 4 || n === number - 1) {
          collect()
          const { heapUsed, arrayBuffers } = process.memoryUsage()
          if (n === number / 4) before = heapUsed + arrayBuffers
          else grown = heapUsed + arrayBuffers - before
        }
        const due = (n * 1000) / number
        yield exampleRecord({ due, ended: due + 1 + (n % 1000), server: `server-${n % 3}` })
      }
    }
    const { requests } = await conditionOf(exampleRun(), many())
    assert.equal(requests.completed, number)
    assert.ok(grown < 5e6, `${grown / 1e6} MB for ${(number * 3) / 4} requests`)
  })
})

/** JSON has no word for these. */
function replaceUnknown(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? 'not a number' : value
}
