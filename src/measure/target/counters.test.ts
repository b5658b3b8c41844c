import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type InstanceCounters, parseCounters, usedBetween } from './counters.ts'

test('the series of one metric are added up, and others with a longer name are not', () => {
  const text = `# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
process_cpu_seconds_total{instance="server-1"} 2.5
unblock_task_cpu_seconds_total{task="primes",executor="thread",instance="server-1"} 1.25
unblock_task_cpu_seconds_total{task="primes",executor="event-loop",instance="server-1"} 0.5
unblock_task_cpu_seconds_total_other 100
`
  assert.deepEqual(parseCounters(text), { processS: 2.5, taskS: 1.75, wastedS: 0 })
})

const at = (processS: number, taskS = 0, wastedS = 0): InstanceCounters => ({
  processS,
  taskS,
  wastedS,
})

const cases: [
  string,
  Record<string, InstanceCounters>,
  Record<string, InstanceCounters>,
  InstanceCounters,
][] = [
  [
    'what was used is the difference, over all instances',
    { 'server-1': at(1, 0.5), 'worker-1': at(4, 3, 1) },
    { 'server-1': at(1.5, 0.75), 'worker-1': at(6, 5, 1.5) },
    at(2.5, 2.25, 0.5),
  ],
  ['an instance that has come counts from 0', {}, { 'server-2': at(1, 1) }, at(1, 1)],
  [
    'one that was started again counts from 0, too',
    { 'server-1': at(9, 8) },
    { 'server-1': at(0.5, 0.25) },
    at(0.5, 0.25),
  ],
  ['one that has gone is left out', { 'server-1': at(9, 8) }, {}, at(0)],
]

for (const [name, before, after, expected] of cases)
  test(name, () => {
    const [first, second] = [before, after].map((each) => new Map(Object.entries(each)))
    assert.deepEqual(usedBetween(first!, second!), expected)
  })
