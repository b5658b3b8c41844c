import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isGood, MIXED_DEFAULTS, mixed, mixedTable } from './mixed.ts'

/** The short form of `npm run test:chaos`: the same invariants, in the time that a test may take. */
test('every accepted job ends once and right, whatever process is killed meanwhile', async (t) => {
  const report = await mixed(t, {
    ...MIXED_DEFAULTS,
    seconds: 8,
    servers: 2,
    everyS: { worker: 2, server: 3, redis: 5 },
    load: 0.15,
    leastKills: 1,
    settleMs: 50_000,
    short: true,
  })
  const shown = mixedTable(report)
  assert.deepEqual(report.faults, [], shown)
  assert.ok(isGood(report), shown)
  assert.ok(report.kills.worker > 0 && report.kills.server > 0 && report.kills.redis > 0, shown)
  assert.ok(report.totals.completed > 0, shown)
})
