import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textTable } from './text-table.ts'

test('labels stand to the left, cells to the right, and columns are as wide as what is in them', () => {
  assert.deepEqual(
    textTable({
      rowsAre: 'executor',
      columns: [{ heading: 'servers' }, { heading: 'p95' }],
      rows: [
        { label: 'event-loop', cells: ['5', '1750'] },
        { label: 'thread', cells: ['12', '—'] },
      ],
    }),
    ['executor    servers   p95', 'event-loop        5  1750', 'thread           12     —'],
  )
})

test('a heading stands above the columns of its group, the first of which makes room for it', () => {
  assert.deepEqual(
    textTable({
      rowsAre: '',
      columns: [
        { heading: 'n' },
        { group: 'latency, ms', heading: 'p50' },
        { group: 'latency, ms', heading: 'max' },
      ],
      rows: [{ label: 'a', cells: ['1', '9', '12'] }],
    }),
    ['      latency, ms', '   n     p50  max', 'a  1       9   12'],
  )
})
