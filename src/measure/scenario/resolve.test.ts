import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from '../../usage-error.ts'
import { type Overrides, resolveScenario, scenarioOfFlags } from './resolve.ts'
import type { Scenario, ScenarioFile } from './schema.ts'

const resolve = (file: ScenarioFile, overrides?: Overrides) =>
  resolveScenario({ file, name: 'mine', dir: '/somewhere/experiments' }, overrides)

const byDefault: Scenario = {
  name: 'mine',
  description: '',
  tasks: '',
  task: '',
  params: {},
  executors: ['event-loop', 'thread', 'queue'],
  servers: [1],
  workers: [1],
  rates: [{ shape: 'constant', rate: 1 }],
  versions: [],
  spacing: 'even',
  seed: 1,
  warmUpMs: 0,
  durationMs: 10_000,
  repetitions: 1,
  deadlineMs: 10_000,
  giveUpMs: 60_000,
  bystander: { path: '', rate: 10 },
}

test('an empty scenario is filled with defaults', () => {
  assert.deepEqual(resolve({}), byDefault)
})

test('what the file says is kept, in milliseconds, with its folder of tasks', () => {
  const scenario = resolve({
    tasks: '../tasks',
    executors: ['queue'],
    servers: [1, 3],
    rates: [
      2,
      { shape: 'step', rates: [1, 2] },
      { shape: 'bursts', rate: 0, burst: 9, every: '2s', length: '500ms' },
    ],
    seed: 0,
    warmUp: '1.5s',
    duration: '1m',
    bystander: { path: '/' },
  })
  assert.deepEqual(scenario, {
    ...byDefault,
    tasks: '/somewhere/tasks',
    executors: ['queue'],
    servers: [1, 3],
    rates: [
      { shape: 'constant', rate: 2 },
      { shape: 'step', rates: [1, 2] },
      { shape: 'bursts', rate: 0, burst: 9, everyMs: 2000, lengthMs: 500 },
    ],
    seed: 0,
    warmUpMs: 1500,
    durationMs: 60_000,
    bystander: { path: '/', rate: 10 },
  })
  assert.equal(resolve({ bystander: false }).bystander, false)
  assert.deepEqual(resolve({ bystander: { rate: 5 } }).bystander, { path: '', rate: 5 })
})

test('nobody gives up before the deadline: a longer one moves what is not given', () => {
  assert.equal(resolve({ deadline: '30s' }).giveUpMs, 60_000)
  assert.equal(resolve({ deadline: '2m' }).giveUpMs, 120_000)
  assert.equal(resolve({ deadline: '5s', giveUp: '5s' }).giveUpMs, 5000)
})

test('the command line wins over the file', () => {
  const file: ScenarioFile = {
    task: 'primes',
    params: { limit: 1000, other: 1 },
    rates: [1, 2],
    servers: [1, 3],
    duration: '20s',
  }
  const scenario = resolve(file, {
    executors: ['thread'],
    rate: 7,
    durationMs: 500,
    spacing: 'poisson',
    repetitions: 3,
    params: { limit: 5 },
    servers: [2],
    workers: [4],
  })
  assert.deepEqual(scenario, {
    ...byDefault,
    task: 'primes',
    params: { limit: 5, other: 1 },
    executors: ['thread'],
    rates: [{ shape: 'constant', rate: 7 }],
    durationMs: 500,
    spacing: 'poisson',
    repetitions: 3,
    servers: [2],
    workers: [4],
  })
})

test("another task does not get the parameters of the file's", () => {
  const file: ScenarioFile = { task: 'primes', params: { limit: 1000 } }
  assert.deepEqual(resolve(file, { task: 'primes' }).params, { limit: 1000 })
  assert.deepEqual(resolve(file, { task: 'password' }).params, {})
  assert.deepEqual(resolve(file, { task: 'password', params: { cost: 4 } }).params, { cost: 4 })
})

test('without a file there are threads, and what the command line says', () => {
  const name = 'default task on thread'
  assert.deepEqual(scenarioOfFlags({}), { ...byDefault, name, executors: ['thread'] })
  const asked = { task: 'primes', executors: ['event-loop' as const, 'queue' as const], rate: 100 }
  const { name: title, executors, rates } = scenarioOfFlags(asked)
  assert.equal(title, 'primes on event-loop, queue')
  assert.deepEqual(executors, ['event-loop', 'queue'])
  assert.deepEqual(rates, [{ shape: 'constant', rate: 100 }])
})

const target = 'http://127.0.0.1:1'
for (const [file, ...right] of [
  [{ duration: '0s' }, 'duration: must be longer than 0'],
  [{ deadline: '0ms' }, 'deadline: must be longer than 0'],
  [{ duration: '9999m' }, 'duration: must be at most 24 h'],
  [{ giveUp: '99999m' }, 'giveUp: must be at most 24 h'],
  [{ giveUp: '5s' }, 'giveUp: must not be shorter than the deadline, which is 10 s'],
  [
    { rates: [1, { shape: 'ramp', from: 0, to: 0 }] },
    'rates.1: never sends anything: from or to must',
  ],
  [
    { rates: [{ shape: 'bursts', rate: 0, burst: 9, every: '10s', length: '1s' }] },
    'rates.0: never sends anything: every must be shorter than the duration, which is 10 s, or',
  ],
  [
    { rates: [{ shape: 'bursts', rate: 1, burst: 9, every: '1s', length: '1s' }] },
    'rates.0.length: must be shorter than every, which is 1 s',
  ],
  [
    { rates: [{ shape: 'bursts', rate: 1, burst: 9, every: '1s', length: '0s' }] },
    'rates.0.length: must be longer than 0',
  ],
  [{ servers: [1, 3, 1] }, 'servers.2: must not be there twice'],
  [{ rates: [5, 5] }, 'rates.1: must not be there twice'],
  [{ versions: [{ name: 'a' }, { name: 'a' }] }, 'versions.1.name: must be another than a'],
  [
    { versions: [{ name: 'a', target: 'localhost:80' }] },
    'versions.0.target: must be a URL such as',
  ],
  [{ versions: [{ name: 'a', target: '' }] }, 'versions.0.target: must be a URL such as'],
  [{ versions: [{ name: 'a', target }], servers: [1, 2] }, 'servers: must be one number where'],
  [{ duration: '0s', deadline: '70s', giveUp: '1s' }, 'duration: must', '; giveUp: must'], // all at once
] as [ScenarioFile, ...string[]][])
  test(`what no schema says is checked: ${JSON.stringify(file)}`, () => {
    assert.throws(
      () => resolve(file),
      (error) => {
        assert.ok(error instanceof UsageError)
        assert.ok(error.message.startsWith(`scenario mine: ${right[0]}`), error.message)
        for (const each of right) assert.ok(error.message.includes(each), error.message)
        assert.equal(error.message.split('; ').length, right.length, error.message)
        return true
      },
    )
  })

test('versions with targets are fine with one server, and the most of every duration', () => {
  const { versions } = resolve({
    versions: [
      { name: 'old', target },
      { name: 'new', target: 'https://example.org/base' },
    ],
    servers: [2],
    duration: '1440m',
  })
  assert.equal(versions.length, 2)
})

test('parameters on the command line win over those of every version, too', () => {
  const file: ScenarioFile = {
    params: { limit: 1 },
    versions: [{ name: 'a' }, { name: 'b', params: { limit: 2, other: 3 } }],
  }
  const { params, versions } = resolve(file, { params: { limit: 9 } })
  assert.deepEqual(params, { limit: 9 })
  assert.deepEqual(versions, [{ name: 'a' }, { name: 'b', params: { limit: 9, other: 3 } }])
})

test('a task on the command line is refused where versions have tasks of their own', () => {
  const file: ScenarioFile = { versions: [{ name: 'a', task: 'primes' }, { name: 'b' }] }
  assert.throws(() => resolve(file, { task: 'mandelbrot' }), {
    message: 'scenario mine: --task: must be left out: its versions have tasks of their own',
  })
})
