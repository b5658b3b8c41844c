import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { folder } from '../../../test/fixtures/folder.ts'
import { UsageError } from '../../usage-error.ts'
import { exampleRun } from '../records/run.fixture.ts'
import { writeRun, writeSummary } from '../records/run-folder.ts'
import type { Summary } from '../summary/schema.ts'
import { exampleSummary, someRequests } from '../summary/summary.fixture.ts'
import { type CompareCommandOptions, runCompare } from './command.ts'
import { conditionWith, tenMedians, times } from './condition.fixture.ts'

/** Runs as folders, and the command that compares them. */
async function runs(t: TestContext, summaries: Record<string, Partial<Summary>>) {
  const cwd = await folder(t)
  for (const [name, changes] of Object.entries(summaries)) {
    const dir = path.join(cwd, name)
    mkdirSync(dir)
    writeRun(dir, exampleRun())
    writeSummary(dir, exampleSummary({ run: name, ...changes }))
  }
  return async (a: string, b: string, options: CompareCommandOptions = {}) => {
    let output = ''
    const write = (part: string) => {
      output += part
    }
    return { code: await runCompare(a, b, options, { cwd, write }), output }
  }
}

const versions = {
  conditions: [
    conditionWith(tenMedians, { key: 'thread-a', label: 'thread, a' }),
    conditionWith(times(1), { key: 'thread-a2', label: 'thread, a2' }),
    conditionWith(times(1.2), { key: 'thread-b', label: 'thread, b' }),
  ],
}

test('conditions of one run are compared in pairs', async (t) => {
  const compare = await runs(t, { one: versions })
  const same = await compare('./one:thread-a', './one:thread-a2')
  assert.match(same.output, /^thread, a → thread, a2: noise: .* 10 pairs\)\n/)
  const slower = await compare('./one:thread-a', './one:thread-b')
  assert.match(
    slower.output,
    /^thread, a → thread, b: (19|20|21)% slower at the median \(.* pairs\)/,
  )
  assert.doesNotMatch(slower.output, /warning/)
  assert.equal(slower.code, 0)
})

test('of two runs all conditions of the same key are compared, with a warning', async (t) => {
  const [a, a2, b] = versions.conditions
  const compare = await runs(t, {
    one: { conditions: [a!, b!] },
    two: {
      conditions: [{ ...a!, ...conditionWith(times(1.5), { key: 'thread-a' }) }, a2!],
      machine: { ...exampleSummary().machine, cores: 8 },
      state: 'partial',
      target: { ...exampleSummary().target, task: 'password' },
      settings: {
        ...exampleSummary().settings,
        params: { limit: 5 },
        warmUpMs: 500,
        repetitions: 12,
        seed: 7,
      },
      priority: -10,
    },
  })
  const { output } = await compare('one', 'two')
  assert.match(output, /^thread, a → thread, a: 50% slower .* 10 and 10 trials\)/)
  assert.deepEqual(
    output.split('\n').filter((line) => line.startsWith('warning: ')),
    [
      'warning: A and B are different runs: what else the machine did meanwhile counts as a difference; `versions` in one scenario are measured in turn, which rules that out',
      'warning: the machines differ: cores 2 and 8',
      'warning: A and B differ in the task: primes and password',
      'warning: A and B differ in the parameters: {} and {"limit":5}',
      'warning: A and B differ in the seed: 1 and 7',
      'warning: A and B differ in the warm-up: 5 s and 500 ms',
      'warning: A and B differ in the number of repetitions: 10 and 12',
      'warning: A and B differ in the niceness of the generator: 0 and -10',
      'warning: B is partial: it was interrupted',
      'warning: only A has thread-b',
      'warning: only B has thread-a2',
    ],
  )
})

test('of two runs with versions each target is compared, and one that only one has is not', async (t) => {
  const version = { name: 'a', url: 'http://127.0.0.1:1', own: false, task: 'primes' }
  const own = { name: 'b', url: 'http://127.0.0.1:2', own: true, task: 'primes' }
  const compare = await runs(t, {
    one: { ...versions, versions: [version, own] },
    two: {
      ...versions,
      versions: [
        { ...version, url: 'http://127.0.0.1:9', task: null },
        { ...own, url: 'http://127.0.0.1:3' },
        { ...own, name: 'c' },
      ],
    },
  })
  const { warnings } = JSON.parse((await compare('one', 'two', { json: true })).output)
  assert.deepEqual(warnings.slice(1), [
    'A and B differ in the target of a: http://127.0.0.1:1 and http://127.0.0.1:9',
    'A and B differ in the task of a: primes and one that is not known',
  ])
})

test('of two runs on other targets that is said', async (t) => {
  const { target } = exampleSummary()
  const compare = await runs(t, {
    one: versions,
    two: { ...versions, target: { ...target, own: false, url: 'http://10.0.0.1' } },
    again: { ...versions, target: { ...target, url: 'http://127.0.0.1:4321' } },
  })
  const warningsOf = async (b: string) =>
    JSON.parse((await compare('one', b, { json: true })).output).warnings.slice(1)
  assert.deepEqual(await warningsOf('two'), [
    'A and B differ in the target: a stack of its own and http://10.0.0.1',
  ])
  assert.deepEqual(await warningsOf('again'), [])
})

test('throughput is judged by the warm-up of either run', async (t) => {
  const { settings } = exampleSummary()
  const compare = await runs(t, {
    one: versions,
    two: { ...versions, settings: { ...settings, warmUpMs: 200 } },
  })
  const { output } = await compare('one:thread-a', 'two', { metric: 'throughput' })
  assert.match(output, /unknown: results took up to 1.5 s, but the warm-up was 200 ms: /)
})

test('a run that nobody has summed up is refused, with what to do', async (t) => {
  const cwd = await folder(t)
  writeRun(cwd, exampleRun())
  await assert.rejects(
    runCompare('.', '.', {}, { cwd, write: () => {} }),
    new UsageError('.: has no summary yet; make one: unblock report .'),
  )
})

test('a condition that is named on one side is meant on both', async (t) => {
  const compare = await runs(t, { one: versions, two: versions })
  const { output } = await compare('one:thread-b', 'two')
  assert.match(output, /^thread, b → thread, b: noise/)
})

test('as JSON it is one object with everything', async (t) => {
  const compare = await runs(t, { one: versions })
  const options = { json: true, metric: 'mean', confidence: 0.95, threshold: 0.01 } as const
  const { output } = await compare('one:thread-a', 'one:thread-b', options)
  const { runs: names, warnings, comparisons } = JSON.parse(output)
  assert.deepEqual(names, { a: 'one', b: 'one' })
  assert.deepEqual(warnings, [])
  assert.equal(comparisons.length, 1)
  const [{ verdict, metric, paired, pairs, confidence, threshold, interval }] = comparisons
  assert.deepEqual(
    { verdict, metric, paired, pairs, confidence, threshold },
    {
      verdict: 'slower',
      metric: 'mean',
      paired: true,
      pairs: 10,
      confidence: 0.95,
      threshold: 0.01,
    },
  )
  assert.ok(interval[0] > 1.15 && interval[1] < 1.25)
})

/** What B may be like, and what a gate makes of it. */
const gated = [
  { name: 'thread-a2', code: 0, reasons: [] },
  {
    name: 'thread-b',
    code: 1,
    reasons: [/^thread, a → thread, b: (19|20|21)% slower at the median \(/],
  },
  {
    name: 'thread-refusing',
    code: 1,
    reasons: [
      /^thread, a → thread, refusing: B failed 25% of its requests, A 0%: what is not served takes no time$/,
    ],
  },
  {
    name: 'thread-both',
    code: 1,
    reasons: [/2 times slower at the median/, /both: B failed 25% of its requests, A 0%/],
  },
  { name: 'thread-void', code: 1, reasons: [/^thread, a → thread, void: B is void: it was late$/] },
  { name: 'thread-none', code: 1, reasons: [/^thread, a → thread, none: nothing of B completed$/] },
  {
    name: 'thread-short',
    code: 2,
    reasons: [
      /^thread, a → thread, short: only 2 pairs; 99% needs at least 8: measure with --repetitions 10$/,
    ],
  },
]

for (const { name, code, reasons } of gated)
  test(`--fail-if-slower exits with ${code} for ${name}, and says why`, async (t) => {
    const like = (key: string, ...rest: Parameters<typeof conditionWith>) =>
      conditionWith(rest[0], { key, label: key.replace('-', ', '), ...rest[1] }, rest[2])
    const refusing = () => ({ requests: someRequests(24, 0, 6) })
    const failed = () => ({ requests: someRequests(24, 24) })
    const conditions = [
      ...versions.conditions,
      like('thread-refusing', times(0.5), {}, refusing),
      like('thread-both', times(2), {}, refusing),
      like('thread-void', times(0.5), { void: 'it was late' }),
      like('thread-none', times(1), {}, failed),
      like('thread-short', [600, 610]),
    ]
    const compare = await runs(t, { one: { conditions } })
    const [a, b] = ['one:thread-a', `one:${name}`]
    const { code: exitCode, output } = await compare(a, b, { failIfSlower: true })
    assert.equal(exitCode, code)
    const lines = output.split('\n').filter((line) => line.startsWith('--fail-if-slower: '))
    assert.equal(lines.length, reasons.length)
    const asJson = await compare(a, b, { failIfSlower: true, json: true })
    assert.equal(asJson.code, code)
    const { gate } = JSON.parse(asJson.output)
    assert.equal(gate.passed, code === 0)
    assert.deepEqual(
      lines,
      gate.reasons.map((reason: string) => `--fail-if-slower: ${reason}`),
    )
    for (const [index, reason] of reasons.entries()) assert.match(gate.reasons[index], reason)
    const open = await compare(a, b)
    assert.equal(open.code, 0)
    assert.doesNotMatch(open.output, /--fail/)
  })

test('--fail-if-slower fails where B lacks a condition, and not where B is faster or has more', async (t) => {
  const [a, a2, b] = versions.conditions
  const compare = await runs(t, {
    one: { conditions: [a!, b!] },
    two: { conditions: [a!, a2!] },
    faster: { conditions: [a!, { ...a!, key: 'thread-b' }, a2!] },
  })
  const { code, output } = await compare('one', 'two', { failIfSlower: true })
  assert.equal(code, 1)
  assert.match(output, /\n--fail-if-slower: B has no thread-b\n$/)
  assert.equal((await compare('one', 'faster', { failIfSlower: true })).code, 0)
})

for (const [a, b, message] of [
  [
    'one',
    'one',
    'one is the same run twice; name two of its conditions, such as unblock compare one:thread-a one:thread-a2; it has thread-a, thread-a2, thread-b',
  ],
  [
    'one:thread-b',
    './one',
    'one:thread-b is the same condition twice; name another; there are thread-a, thread-a2, thread-b',
  ],
  [
    'one:thread-b',
    'one:thread-c',
    'one:thread-c: no condition "thread-c"; there are thread-a, thread-a2, thread-b',
  ],
  ['one:thread-b', 'other', 'other: no condition "thread-b"; there are queue-1-server'],
  [
    'one',
    'other',
    'one and other have no condition in common; name one of each, such as unblock compare one:thread-a other:queue-1-server; one has thread-a, thread-a2, thread-b; other has queue-1-server',
  ],
  ['one', 'three', /^"three" is no run/],
  ['one:thread-a', 'three:thread-a', /^"three" is no run/],
] as const)
  test(`compare ${a} ${b} says what is wrong`, async (t) => {
    const other = { conditions: [conditionWith(tenMedians, { key: 'queue-1-server' })] }
    const compare = await runs(t, { one: versions, other })
    await assert.rejects(
      compare(a, b),
      (error) =>
        error instanceof UsageError &&
        (typeof message === 'string' ? error.message === message : message.test(error.message)),
    )
  })
