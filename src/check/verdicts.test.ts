import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cost } from './cost-check.ts'
import { cancellable, deadline } from './ended.ts'
import { growth } from './growth-check.ts'
import { type Leavings, leaves } from './leaves.ts'
import { createTrace, type ProgressTrace } from './observe.ts'
import type { Probed } from './probe-growth.ts'
import { progress } from './progress.ts'
import { type Check, duration, fail, ok, reportText, skipped, warn } from './report.ts'
import { endsProcess } from './runs.ts'
import { sameResult } from './same-result.ts'
import { serialisable } from './serialisable.ts'

/** Reports at these times (milliseconds), of a run that ends at the last one. */
function trace(reports: [atMs: number, fraction: unknown][], runMs: number): ProgressTrace {
  let now = 0
  const { report, end } = createTrace(() => now)
  for (const [atMs, fraction] of reports) {
    now = atMs
    report(fraction as number)
  }
  now = runMs
  return end()
}

const evenly = (parts: number, runMs: number): [number, number][] =>
  Array.from({ length: parts }, (_, i) => [((i + 1) / parts) * runMs, (i + 1) / parts])

const run = (json: unknown) => ({
  ...{ ok: true as const, json: JSON.stringify(json), runMs: 812, cpuMs: 800, reports: 0 },
})
const places = ['event loop', 'thread', 'queue'] as const
/** Two runs in each place, with these results. */
const placed = (...results: unknown[]) =>
  results.map((each, i) => ({ on: places[Math.floor(i / 2)]!, result: run(each) }))
const sixRuns = (...results: unknown[]) => sameResult(placed(...results))
const died = {
  ...{
    ok: false as const,
    reason: 'process died',
    message: 'its process ended: SIGKILL',
    cpuMs: 0,
  },
}

const probed = (changes: Partial<Probed>): Probed => ({
  name: 'n',
  points: [
    { x: 10, ms: 1 },
    { x: 1000, ms: 100 },
  ],
  growth: { kind: 'power', exponent: 1 },
  beyond: [],
  threw: null,
  minimum: 1,
  maximum: 10_000,
  atMaximumMs: 1000,
  extrapolated: true,
  ...changes,
})
const grown = (changes: Partial<Probed>) =>
  growth({ params: [probed(changes)], notTried: ['m'], shortened: {}, samples: [] }, 5000)

const left = (changes: Partial<Leavings>) =>
  leaves({ handles: [], processes: [], processesOfEnded: [], bytes: 0, ...changes })

const estimate = (costMs: number, cpuMs: number) => ({ params: { n: 1 }, costMs, cpuMs })

const verdicts: [found: Check, verdict: string, said: RegExp][] = [
  [progress(trace(evenly(50, 3000), 3000)), 'ok', /^50 reports, never falling, the last 1$/],
  [progress(trace([], 800)), 'skipped', /none is reported, and a run of 800 ms needs none/],
  [progress(trace([], 2500)), 'warn', /^no progress: none in 2.5 s/],
  [progress(trace([[1, 50]], 100)), 'fail', /^outside 0 to 1: it reported 50/],
  [progress(trace([[1, Number.NaN]], 100)), 'fail', /^outside 0 to 1: it reported NaN/],
  [progress(trace([[1, '0.5']], 100)), 'fail', /^outside 0 to 1: it reported a string/],
  [
    progress(
      trace(
        [
          [1, 0.5],
          [2, 0.25],
        ],
        100,
      ),
    ),
    'fail',
    /^falls: it reported 0.25 after 0.5/,
  ],
  [progress(trace([[1, 0.5]], 100)), 'warn', /^ends early: its last report is 0.5/],
  [progress(trace(evenly(2, 3000), 3000)), 'warn', /^too seldom: 2 reports in 3 s/],
  [
    progress(trace(evenly(50, 1000), 3000)),
    'warn',
    /^not in proportion: it says 0.95 after 960 ms/,
  ],

  [sixRuns(1, 1, 1, 1, 1, 1), 'ok', /^event loop, thread and queue agree \(2 runs each, 812 ms\)$/],
  [sixRuns({ a: 1, b: 2 }, { b: 2, a: 1 }), 'ok', /agree/],
  [
    sixRuns(1, 2, 3, 4, 5, 6),
    'fail',
    /^not deterministic: result is 1 in one run on the event loop, and 2 in the next/,
  ],
  [
    sixRuns({ id: 1 }, { id: 1 }, { id: 2 }, { id: 2 }, { id: 2 }, { id: 2 }),
    'fail',
    /^depends on where it runs: result.id is 1 on the event loop, and 2 on the thread/,
  ],
  [
    sixRuns('2026', '2026', '2026', '2026', '2027', '2027'),
    'fail',
    /^depends on the time: result is "2026" on the event loop, and "2027" with a clock that is/,
  ],
  [sameResult(placed(1, 2, 3, 4, 5, 6), placed(7, 7, 7, 7)), 'fail', /^depends on the time/],
  [sameResult(placed(1, 2, 3, 4, 5, 6), placed(7, 7, 8, 8)), 'fail', /^not deterministic/],
  [sameResult(placed(1, 1, 2, 2, 2, 2), placed(1, 1, 2, 2)), 'fail', /^depends on where it runs/],

  [
    endsProcess([{ on: 'thread', result: { ...run(1), crashed: 'process.exit' } }])!,
    'fail',
    /^ends its process: after its result, on the thread: process.exit$/,
  ],
  [
    endsProcess([...placed(1), { on: 'event loop', result: died }])!,
    'fail',
    /^ends its process: in a run, on the event loop: its process ended: SIGKILL$/,
  ],

  [serialisable([], 34), 'ok', /^34 bytes of JSON, nothing lost/],
  [serialisable([], 3 * 1024 ** 2), 'warn', /^large result: 3.0 MiB of JSON/],
  [
    serialisable([{ path: 'result.x', what: 'is NaN', becomes: 'null' }], 9),
    'fail',
    /^changed by JSON: result.x is NaN: clients get null/,
  ],
  [
    serialisable([{ path: 'result.x', what: 'is -0', becomes: '0', slight: true }], 9),
    'warn',
    /^changed by JSON: result.x is -0/,
  ],
  [
    serialisable([{ path: 'result.x', what: 'is a BigInt', becomes: undefined }], undefined),
    'fail',
    /^not JSON: result.x is a BigInt$/,
  ],

  [cancellable([5, 9, 7, 8, 6]), 'ok', /gone after 7 ms \(median of 5; worst 9 ms\)/],
  [cancellable([5, 9, 7, 8, 600]), 'warn', /^once not cancelled within 200 ms/],
  [
    cancellable([5, 9, 250, 600, 600]),
    'fail',
    /^cannot be cancelled within 200 ms: .* 3 of 5 times; at worst 600 ms/,
  ],
  [cancellable([null, null]), 'fail', /2 of 2 times; at worst several seconds/],
  [cancellable([]), 'skipped', /over before they can be ended/],

  [
    deadline({ runMs: 900, limitMs: 60_000, lateMs: [9, 400] }),
    'ok',
    /ended 9 ms after its deadline/,
  ],
  [
    deadline({ runMs: 900, limitMs: 60_000, lateMs: [300, null] }),
    'fail',
    /^goes on after its deadline/,
  ],
  [
    deadline({ runMs: 900, limitMs: 1000, lateMs: [] }),
    'warn',
    /^close to its limit: a run takes 900 ms of 1 s/,
  ],

  [grown({}), 'ok', /^n: time grows as n \(from 1 ms at 10 to 100 ms at 1,000\)\nnot tried.*: m$/],
  [grown({ growth: { kind: 'none' }, maximum: undefined as never }), 'ok', /^n: does not matter/],
  [
    grown({ growth: { kind: 'exponential', factor: 2 } }),
    'ok',
    /^n: time doubles with every 1 more/,
  ],
  [
    grown({ growth: { kind: 'power', exponent: 1.52 }, atMaximumMs: 30_000 }),
    'warn',
    /^its maximum takes too long: n=10,000 would take 30 s \(extrapolated\), and may take 5 s\nn: time grows as n\^1.5/,
  ],
  [
    grown({ maximum: undefined, atMaximumMs: null }),
    'warn',
    /^no maximum: a request may ask for any n/,
  ],
  [
    grown({ threw: { x: 1, message: 'too small' } }),
    'warn',
    /^throws within its range: n=1: too small/,
  ],

  [cost(undefined), 'skipped', /it has no cost/],
  [cost([estimate(500, 400), estimate(9, 1)]), 'ok', /within a factor of 1.3 \(500 ms estimated/],
  [
    cost([estimate(400, 400), estimate(90, 300)]),
    'warn',
    /^off by a factor of 3.3: 90 ms estimated/,
  ],
  [cost([estimate(0, 300)]), 'warn', /^off: 0 ms estimated/],
  [cost([estimate(5, 5)]), 'skipped', /no run took 30 ms/],

  [left({}), 'ok', /no process, no timer, no output/],
  [
    left({ handles: ['Timeout', 'Timeout'] }),
    'warn',
    /^leaves something running: after a run: Timeout$/,
  ],
  [left({ bytes: 12 }), 'warn', /^writes to standard output: 12 bytes/],
  [
    left({ handles: ['ProcessWrap'], processes: ['sleep', 'sleep', 'sh'], bytes: 12 }),
    'fail',
    /^leaves a process running: after a run: sleep, sh$/,
  ],
  [
    left({ processesOfEnded: ['sleep'] }),
    'fail',
    /^leaves a process running: after a run that was cancelled or came to its deadline: sleep$/,
  ],
]
for (const [{ name, verdict, reason, detail, advice }, right, said] of verdicts)
  test(`${name}: ${right}, ${said.source}`, () => {
    assert.match(reason === null ? detail : `${reason}: ${detail}`, said)
    assert.equal(verdict, right)
    assert.equal(advice !== null, ['warn', 'fail'].includes(verdict), 'what to do')
  })

test('the report is a line for each check, what to do, and the verdict', () => {
  const checks = [
    ok('runs', 'a run takes 3 s'),
    fail('same result', { reason: 'not deterministic', detail: 'one\ntwo', advice: 'mend it' }),
    warn('cost', { reason: 'off', detail: 'by far', advice: 'look' }),
    skipped('progress', 'none'),
  ]
  const report = { task: 'sum', file: 'sum.ts', params: { n: 1, s: 'a b' }, fit: false, checks }
  assert.deepEqual(reportText(report).split('\n'), [
    'sum (sum.ts)  n=1 s="a b"',
    'ok   runs         a run takes 3 s',
    'FAIL same result  not deterministic: one',
    '                  two',
    '                  → mend it',
    'warn cost         off: by far',
    '                  → look',
    '-    progress     none',
    'not fit: 1 of 3 checks failed, 1 warning',
  ])
  assert.match(reportText({ ...report, checks: [ok('runs', '')] }), /\nfit for every executor$/)
})

test('durations are for people', () => {
  const given = [0, 0.04, 3.14, 9.96, 812.4, 3100, 59_000, 600_000, 1e10, 1e13, 1e22]
  assert.deepEqual(given.map(duration), [
    ...['0 ms', '0.04 ms', '3.1 ms', '10 ms', '812 ms', '3.1 s', '59 s', '10 min', '116 days'],
    ...['317 years', 'more than a million years'],
  ])
})

test('only what dies in a place where it also lives is said to end its process', () => {
  assert.equal(endsProcess(placed(1, 1, 2, 2, 3, 3)), undefined)
  assert.equal(endsProcess([...placed(1).slice(1), { on: 'event loop', result: died }]), undefined)
})
