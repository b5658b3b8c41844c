import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { conditionsOf, scheduleOf } from './conditions.ts'
import { resolveScenario } from './resolve.ts'
import { executors, type ScenarioFile } from './schema.ts'

const scenarioOf = (file: ScenarioFile) => resolveScenario({ file, name: 'mine', dir: '/' })
const conditions = (file: ScenarioFile, scalable = true) =>
  conditionsOf(scenarioOf(file), { scalable })

for (const [name, file, scalable, names] of [
  ['the executor always', { executors: ['thread'] }, true, [['thread', 'thread']]],
  [
    'servers where they differ',
    { executors: ['thread', 'queue'], servers: [1, 3] },
    true,
    [
      ['thread-1-server', 'thread, 1 server'],
      ['queue-1-server', 'queue, 1 server'],
      ['thread-3-servers', 'thread, 3 servers'],
      ['queue-3-servers', 'queue, 3 servers'],
    ],
  ],
  [
    'rates of its own for an executor',
    { executors: ['thread', 'event-loop'], rates: [5, 9], ratesOf: { 'event-loop': [2] } },
    true,
    [
      ['thread-5-per-s', 'thread, 5/s'],
      ['thread-9-per-s', 'thread, 9/s'],
      ['event-loop-2-per-s', 'event-loop, 2/s'],
    ],
  ],
  [
    'no servers of a service that is as it is',
    { executors: ['thread', 'queue'], servers: [1, 3], workers: [1, 2] },
    false,
    [
      ['thread', 'thread'],
      ['queue', 'queue'],
    ],
  ],
  [
    'more workers for the queue only',
    { executors: ['thread', 'queue'], workers: [2, 0, 1] },
    true,
    [
      ['thread-2-workers', 'thread, 2 workers'],
      ['queue-2-workers', 'queue, 2 workers'],
      ['queue-0-workers', 'queue, 0 workers'],
      ['queue-1-worker', 'queue, 1 worker'],
    ],
  ],
  [
    'no workers where the queue is not tried',
    { executors: ['thread'], workers: [1, 2] },
    true,
    [['thread', 'thread']],
  ],
  [
    'all that differs',
    {
      executors: ['queue'],
      versions: [{ name: 'old' }, { name: 'new' }],
      servers: [1, 2],
      workers: [2, 4],
      rates: [5, 0.5],
    },
    true,
    [
      ['queue-old-1-server-2-workers-5-per-s', 'queue, old, 1 server, 2 workers, 5/s'],
      ['queue-old-1-server-2-workers-0.5-per-s', 'queue, old, 1 server, 2 workers, 0.5/s'],
      ['queue-old-1-server-4-workers-5-per-s', 'queue, old, 1 server, 4 workers, 5/s'],
    ],
  ],
  [
    'rates of every shape',
    {
      executors: ['thread'],
      rates: [
        5,
        { shape: 'ramp', from: 1, to: 10 },
        { shape: 'step', rates: [1, 2, 4] },
        { shape: 'bursts', rate: 2, burst: 20, every: '5s', length: '1s' },
        { shape: 'bursts', rate: 2, burst: 20, every: '6s', length: '500ms' },
        { shape: 'bursts', rate: 3, burst: 20, every: '6s', length: '500ms' },
      ],
    },
    true,
    [
      ['thread-5-per-s', 'thread, 5/s'],
      ['thread-ramp-1-to-10-per-s', 'thread, ramp 1 to 10/s'],
      ['thread-steps-1-2-4-per-s', 'thread, steps 1, 2, 4/s'],
      [
        'thread-2-per-s-with-bursts-of-20-per-s-for-1-s-every-5-s',
        'thread, 2/s with bursts of 20/s for 1 s every 5 s',
      ],
      [
        'thread-2-per-s-with-bursts-of-20-per-s-for-500-ms-every-6-s',
        'thread, 2/s with bursts of 20/s for 500 ms every 6 s',
      ],
      ['thread-3-per-s-with-bursts-of-20-per-s', 'thread, 3/s with bursts of 20/s'],
    ],
  ],
] as [string, ScenarioFile, boolean, string[][]][])
  test(`conditions are named by what differs: ${name}`, () => {
    const found = conditions(file, scalable).map(({ key, label }) => [key, label])
    assert.deepEqual(found.slice(0, names.length), names)
    if (name !== 'all that differs') assert.equal(found.length, names.length)
  })

test('a condition bears what it tries', () => {
  const [first] = conditions({ executors: ['queue'], servers: [3], versions: [{ name: 'a' }] })
  const rate = { shape: 'constant', rate: 1 }
  const scale = { servers: 3, workers: 1 }
  assert.deepEqual(first, {
    key: 'queue',
    label: 'queue',
    executor: 'queue',
    ...scale,
    rate,
    version: 'a',
  })
  const [elsewhere] = conditions({ executors: ['queue'], servers: [3] }, false)
  assert.deepEqual([elsewhere?.servers, elsewhere?.workers], [null, null])
})

test('rates that are told alike have different keys and labels all the same', () => {
  const steps = (middle: number) => ({
    shape: 'step' as const,
    rates: [1, middle, 3, 4, 5, 6, 7, 8, 9],
  })
  const [one, two] = conditions({ executors: ['thread'], rates: [steps(1), steps(2)] })
  assert.deepEqual(
    [one?.key, two?.key],
    ['thread-9-steps-1-to-9-per-s', 'thread-9-steps-1-to-9-per-s-2'],
  )
  assert.equal(two?.label, 'thread, 9 steps 1 to 9/s (2)')
})

const few = (min: number, max: number) =>
  fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 3 })
const anyFile = fc.record({
  executors: fc.uniqueArray(fc.constantFrom(...executors), { minLength: 1 }),
  servers: few(1, 64),
  workers: few(0, 64),
  rates: few(1, 1000),
  versions: fc
    .uniqueArray(fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,3}$/), { minLength: 1, maxLength: 3 })
    .map((names) => names.map((name) => ({ name }))),
  repetitions: fc.integer({ min: 1, max: 4 }),
})

test('keys are unique and fit for file names, labels are unique', () => {
  fc.assert(
    fc.property(anyFile, fc.boolean(), (file, scalable) => {
      const found = conditions(file, scalable)
      assert.equal(new Set(found.map(({ key }) => key)).size, found.length)
      assert.equal(new Set(found.map(({ label }) => label)).size, found.length)
      for (const { key } of found) assert.match(key, /^[a-z][a-zA-Z0-9.-]*$/)
    }),
  )
})

test('every condition is tried once before any is tried again, those of one scale together', () => {
  fc.assert(
    fc.property(anyFile, (file) => {
      const all = conditions(file)
      const schedule = scheduleOf(scenarioOf(file), all)
      assert.equal(schedule.length, all.length * file.repetitions)
      const scales = new Set(all.map(({ servers, workers }) => `${servers} ${workers}`)).size
      let changes = 0
      let before = ''
      for (const [index, { condition, repetition }] of schedule.entries()) {
        assert.equal(repetition, Math.floor(index / all.length))
        const scale = `${condition.servers} ${condition.workers}`
        if (scale !== before) changes++
        before = scale
      }
      for (let repetition = 0; repetition < file.repetitions; repetition++) {
        const part = schedule.filter((each) => each.repetition === repetition)
        assert.deepEqual(new Set(part.map(({ condition }) => condition)), new Set(all))
      }
      // There and back again: the scale at which one repetition ends is that at which the next begins.
      assert.equal(changes, 1 + (scales - 1) * file.repetitions)
    }),
  )
})

test('every other repetition is in reverse', () => {
  const file: ScenarioFile = { executors: ['thread', 'queue'], servers: [1, 3], repetitions: 3 }
  const keys = scheduleOf(scenarioOf(file), conditions(file)).map(({ condition }) => condition.key)
  const once = ['thread-1-server', 'queue-1-server', 'thread-3-servers', 'queue-3-servers']
  assert.deepEqual(keys, [...once, ...once.toReversed(), ...once])
})
