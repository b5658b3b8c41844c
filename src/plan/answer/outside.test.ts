import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExecutorProfile } from '../fit/profile.ts'
import { deploymentOf } from './deployment.ts'
import { outsideOf } from './outside.ts'
import type { Question, Size } from './plan.ts'
import { exampleProfile, exampleQuestion } from './profile.fixture.ts'

function outside(
  size: Partial<Size>,
  question: Partial<Question> = {},
  known: Partial<ExecutorProfile> = {},
  executor: Question['executors'][number] = 'thread',
): string[] {
  const profile = exampleProfile()
  profile.executors = profile.executors.map((each) => ({ ...each, ...known }))
  const deployment = deploymentOf(exampleQuestion({ ratePerS: 20, ...question }), profile, executor)
  const { ratePerS } = deployment.question
  const told = { servers: 1, workers: 0, cores: 2, ...size }
  return outsideOf(deployment, { size: told, instances: told.workers || told.servers, ratePerS })
}

test('of what was measured nothing is outside', () => {
  assert.deepEqual(outside({}), [])
})

test('several instances are machines that were never measured together', () => {
  assert.deepEqual(outside({ servers: 2 }), [
    'more than one machine: they are taken not to slow each other down',
  ])
})

test('numbers and rates beyond the range are said', () => {
  assert.deepEqual(outside({ servers: 1, workers: 5 }, { ratePerS: 50 }, {}, 'queue').slice(1), [
    'more than 2 workers were not measured',
    'rates above 26/s through one nginx were not measured',
    'more than 26 jobs/s through one Redis were not measured',
  ])
  const range = { ratePerS: 26, servers: { low: 1, high: 1 }, workers: null }
  assert.ok(outside({ servers: 5 }, {}, { range }).includes('more than 1 server was not measured'))
})

test('more tasks at once than were measured are said', () => {
  assert.deepEqual(outside({}, { coresEach: 4, threadsEach: 4 }), [
    '4 tasks at once on a machine; 2 were measured',
  ])
  assert.deepEqual(outside({}, { coresEach: 4, threadsEach: 4 }, {}, 'event-loop'), [])
})

test('what was not measured at all is said, and what is taken in its place', () => {
  const known = { measured: false, gapMs: null, overheadCpuMs: null }
  assert.deepEqual(outside({}, {}, known), [
    'threads were not measured: what tasks take there is borrowed from another executor',
    'how long a thread is idle between two tasks was not measured: as little as can be is taken',
    'how much CPU time HTTP takes is not known: no limit by it is taken',
  ])
})

test('the rate through one nginx is the highest of any executor, through one Redis that of the queue', () => {
  const profile = exampleProfile()
  const [loop, thread, queue] = profile.executors
  queue!.range = { ...queue!.range, ratePerS: 23 }
  thread!.range = { ...thread!.range, ratePerS: 27.04 }
  loop!.range = { ...loop!.range, ratePerS: 400 }
  profile.executors[0] = { ...loop!, measured: false }
  const at = (ratePerS: number) =>
    outsideOf(deploymentOf(exampleQuestion(), profile, 'queue'), {
      ...{ size: { servers: 1, workers: 1, cores: 3 }, instances: 1, ratePerS },
    })
  assert.deepEqual(at(25), ['more than 23 jobs/s through one Redis were not measured'])
  assert.deepEqual(at(28)[0], 'rates above 27/s through one nginx were not measured')
})

test('a balance, threads without a core each, and a core for all are said where they are so', () => {
  const several = { servers: 2 }
  assert.ok(
    outside(several, { balance: 'random_two' }).includes(
      'balancing by random_two was not measured',
    ),
  )
  assert.deepEqual(outside({}, { balance: 'random_two' }), [])
  assert.deepEqual(outside({}, { threadsEach: 4 }), ['more threads than cores were not measured'])
  const single = { coresEach: 1, threadsEach: 1 }
  assert.match(outside({}, single).join(), /^an instance of one core shares it/)
  assert.deepEqual(outside({}, single, {}, 'event-loop'), [])
})

test('what is simulated only is said', () => {
  const failures = { meanBetweenMs: 100_000, downMs: 1000, handBackMs: 8000 }
  const bursts = { kind: 'bursts', times: 3, everyMs: 60_000, lengthMs: 10_000 } as const
  assert.deepEqual(outside({}, { failures, deadlineMs: 900, arrivals: bursts }), [
    'bursts, deadlines, instances that die: simulated, not measured',
  ])
  const deployment = deploymentOf(exampleQuestion(), exampleProfile(), 'thread')
  const told = { size: { servers: 1, workers: 0, cores: 2 }, instances: 1, ratePerS: 20 }
  assert.deepEqual(outsideOf(deployment, { ...told, refused: 0.01 }), [
    'lines that are full: simulated, not measured',
  ])
})

test('what could not be simulated is said', () => {
  const rare = { meanBetweenMs: 1e9, downMs: 1000, handBackMs: 8000 }
  assert.ok(
    outside({}, { failures: rare }).includes(
      'failures are too rare to be seen in what was simulated',
    ),
  )
  const long = { kind: 'bursts', times: 3, everyMs: 86_400_000, lengthMs: 3_600_000 } as const
  assert.match(
    outside({}, { arrivals: long }).at(-1)!,
    /^only 1 h 23 min of a burst's cycle of 24 h could be simulated/,
  )
  const gapsMs = Array.from({ length: 200_000 }, () => 5)
  const trace = { kind: 'trace', name: 'yesterday', gapsMs } as const
  assert.match(
    outside({}, { arrivals: trace }).at(-1)!,
    /^only 100,000 of the trace's 200,000 requests could be simulated/,
  )
  const large = { servers: 4000, cores: 8000 }
  assert.match(
    outside(large, { arrivals: { ...long, everyMs: 60_000, lengthMs: 5000 }, ratePerS: 80_000 }).at(
      -1,
    )!,
    /^only 83 of 4,000 instances could be simulated/,
  )
  assert.deepEqual(
    outside(large, { ratePerS: 125_000, balance: 'random_two' }).at(-1),
    ['lines take longer to settle than could be simulated'].join(),
  )
})
