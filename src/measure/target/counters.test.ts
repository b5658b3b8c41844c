import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type InstanceCounters, parseCounters, type Used, usedBetween } from './counters.ts'

test('the series of one metric are added up, and others with a longer name are not', () => {
  const text = `# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
process_cpu_seconds_total{instance="server-1"} 2.5
unblock_task_cpu_seconds_total{task="primes",executor="thread",instance="server-1"} 1.25
unblock_task_cpu_seconds_total{task="primes",executor="event-loop",instance="server-1"} 0.5
unblock_task_cpu_seconds_total_other 100
unblock_tasks_total{task="primes",executor="thread",outcome="completed",instance="server-1"} 7
unblock_tasks_total{task="primes",executor="thread",outcome="deadline",instance="server-1"} 3
`
  assert.deepEqual(parseCounters(text), { tasks: 7, processS: 2.5, taskS: 1.75, wastedS: 0 })
})

const at = (processS: number, taskS = 0, wastedS = 0, tasks = 0): InstanceCounters => ({
  tasks,
  processS,
  taskS,
  wastedS,
})

const cases: [string, Record<string, InstanceCounters>, Record<string, InstanceCounters>, Used][] =
  [
    [
      'what was used is the difference, over all instances',
      { 'server-1': at(1, 0.25), 'worker-1': at(4, 3, 1) },
      { 'server-1': at(1.5, 0.5), 'worker-1': at(6, 4, 1.5) },
      { ...at(2.5, 1.25, 0.5), serverS: 0.25 },
    ],
    [
      'an instance that has come counts from 0',
      {},
      { 'server-2': at(1, 1) },
      { ...at(1, 1), serverS: 0 },
    ],
    [
      'one that was started again counts from 0, too',
      { 'server-1': at(9, 8) },
      { 'server-1': at(0.5, 0.25) },
      { ...at(0.5, 0.25), serverS: 0.25 },
    ],
    [
      'no more is wasted than there was',
      { 'server-1': at(1) },
      { 'server-1': at(3, 0.5, 9, 4) },
      { ...at(2, 0.5, 1.5, 4), serverS: 0 },
    ],
    ['one that has gone is left out', { 'server-1': at(9, 8) }, {}, { ...at(0), serverS: 0 }],
  ]

for (const [name, before, after, expected] of cases)
  test(name, () => {
    const [first, second] = [before, after].map((each) => new Map(Object.entries(each)))
    assert.deepEqual(usedBetween(first!, second!), expected)
  })
