import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ListedProcess } from './list-processes.ts'
import { duration, processTable } from './process-table.ts'

const now = Date.parse('2026-01-01T00:10:05Z')
const unknown = {
  socket: null,
  cpu: null,
  rssBytes: null,
  loopP99Ms: null,
  running: null,
  hits: null,
}

test('the table is aligned, numbers to the right, a dash for what is not known', () => {
  const processes: ListedProcess[] = [
    {
      name: 'server-10',
      pid: 12_345,
      state: 'ready',
      startedAt: '2026-01-01T00:00:00Z',
      restarts: 0,
      cpu: 1.234,
      rssBytes: 85_400_000,
      loopP99Ms: 0.25,
      running: 2,
      hits: 1200,
      socket: null,
    },
    { name: 'worker-1', pid: null, state: 'restarting', startedAt: null, restarts: 3, ...unknown },
  ]
  assert.equal(
    processTable(processes, now),
    [
      'NAME         PID  STATE       UPTIME  RESTARTS   CPU   RSS  LOOP-P99  RUNNING  HITS',
      'server-10  12345  ready       10m05s         0  123%  85MB     0.3ms        2  1200',
      'worker-1       -  restarting       -         3     -     -         -        -     -',
    ].join('\n'),
  )
})

test('a duration has two units at most', () => {
  const second = 1000
  const minute = 60 * second
  const hour = 60 * minute
  const shown = [0, 999, 12 * second, 3 * minute + 5 * second, 2 * hour, 75 * hour, -5].map(
    duration,
  )
  assert.deepEqual(shown, ['0s', '0s', '12s', '3m05s', '2h00m', '3d03h', '0s'])
})
