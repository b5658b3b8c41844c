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
    },
  })
  const { output } = await compare('one', 'two')
  assert.match(output, /^thread, a → thread, a: 50% slower .* 10 and 10 trials\)/)
  assert.deepEqual(
    output.split('\n').filter((line) => line.startsWith('warning: ')),
    [
      'warning: A and B are different runs: what else the machine did meanwhile counts as a difference; `versions` in one scenario are measured in turn, which rules that out',
      'warning: the machines differ: cores 2 and 8',
      'warning: A ran the task primes, B the task password',
      'warning: B is partial: it was interrupted',
      'warning: only A has thread-b',
      'warning: only B has thread-a2',
    ],
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

test('--fail-if-slower fails where B is slower or serves less, and nowhere else', async (t) => {
  const refusing = conditionWith(
    times(0.5),
    { key: 'thread-refusing', label: 'thread, refusing' },
    () => ({ requests: someRequests(24, 0, 6) }),
  )
  const short = conditionWith([600, 610], { key: 'thread-short', label: 'thread, short' })
  const compare = await runs(t, {
    one: { conditions: [...versions.conditions, refusing, short] },
  })
  const gate = (b: string, failIfSlower = true) =>
    compare('one:thread-a', `one:thread-${b}`, { failIfSlower })
  assert.equal((await gate('b')).code, 1)
  assert.equal((await gate('b', false)).code, 0)
  assert.equal((await gate('a2')).code, 0)
  assert.equal((await gate('refusing')).code, 1)
  const unknown = await gate('short')
  assert.equal(unknown.code, 0)
  assert.match(unknown.output, /--fail-if-slower: 1 of 1 unknown, which pass\n$/)
  assert.equal((await compare('one:thread-b', 'one:thread-a', { failIfSlower: true })).code, 0)
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
