import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dueBy } from './schedule.ts'

const schedule = { beginsAt: 1000, everyMs: 200 }

const table: [what: string, times: { seen: number; now: number }, due: number[]][] = [
  ['nothing before it begins', { seen: 0, now: 999 }, []],
  ['the first, when it begins', { seen: 0, now: 1000 }, [1000]],
  ['none twice', { seen: 1000, now: 1199 }, []],
  ['the next', { seen: 1000, now: 1200 }, [1200]],
  ['each that a timer was late for', { seen: 1200, now: 1650 }, [1400, 1600]],
  ['none that the page has slept through', { seen: 1600, now: 9000 }, [8600, 8800, 9000]],
]

for (const [what, times, due] of table)
  test(`of the bystander's requests is due: ${what}`, () => {
    assert.deepEqual(dueBy(schedule, { ...times, lateMs: 500 }), due)
  })
