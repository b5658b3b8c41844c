import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { exampleRunTrial } from '../records/run.fixture.ts'
import type { Trial } from '../records/run.ts'
import type { Percentiles } from './schema.ts'
import { whyVoid } from './void.ts'

/** Of a sample that supports p90, or only p50, or nothing but its one value. */
const large = (p90: number): Percentiles => ({
  count: 500,
  mean: p90 / 2,
  p50: p90 / 2,
  p90,
  p99: p90 * 2,
  p999: null,
  max: p90 * 3,
})
const small = (p50: number): Percentiles => ({ ...large(p50 * 2), count: 5, p90: null, p99: null })
const single = (max: number): Percentiles => ({ ...none, count: 1, mean: max, max })
const none: Percentiles = {
  count: 0,
  mean: null,
  p50: null,
  p90: null,
  p99: null,
  p999: null,
  max: null,
}
const advice = 'lower the rate, or run the generator on another machine'

interface Case {
  what: string
  cpu?: number
  unsent?: number
  changes?: Partial<Trial>
  task?: { lag: Percentiles; latency: Percentiles }
  bystander?: { lag: Percentiles; latency: Percentiles }
  why: string | null
}

const cases: Case[] = [
  { what: 'all went well', why: null },
  {
    what: 'requests were never sent',
    unsent: 42,
    why:
      '42 requests were due and not sent, because 1000 were open already, as many as may be from one process; ' +
      'lower the rate, or let clients give up sooner',
  },
  {
    what: 'one request was never sent',
    unsent: 1,
    why:
      '1 request was due and not sent, because 1000 were open already, as many as may be from one process; ' +
      'lower the rate, or let clients give up sooner',
  },
  {
    what: 'task requests were late',
    task: { lag: large(35), latency: large(120) },
    why: `task requests were sent up to 35 ms late (p90), 29% of their latency of 120 ms; ${advice}`,
  },
  { what: 'lag is 10 ms', task: { lag: large(10), latency: large(20) }, why: null },
  {
    what: 'lag is just above 10 ms',
    task: { lag: large(10.1), latency: large(20) },
    why: `task requests were sent up to 10.1 ms late (p90), 51% of their latency of 20 ms; ${advice}`,
  },
  { what: 'lag is 10% of latency', task: { lag: large(50), latency: large(500) }, why: null },
  {
    what: 'lag is just above 10% of latency',
    task: { lag: large(51), latency: large(500) },
    why: `task requests were sent up to 51 ms late (p90), 10% of their latency of 500 ms; ${advice}`,
  },
  {
    what: 'only the bystander was late, whose latency is short',
    task: { lag: large(20), latency: large(2000) },
    bystander: { lag: large(20), latency: large(25) },
    why: `bystander requests were sent up to 20 ms late (p90), 80% of their latency of 25 ms; ${advice}`,
  },
  {
    what: 'a small sample was late: its median counts',
    task: { lag: small(60), latency: small(100) },
    why: `task requests were sent up to 60 ms late (p50), 60% of their latency of 100 ms; ${advice}`,
  },
  {
    what: 'one of a few was late, beside many of the other kind that were not',
    task: { lag: single(60), latency: single(100) },
    bystander: { lag: large(3), latency: large(20) },
    why: null,
  },
  {
    what: 'the only one was late',
    task: { lag: single(60), latency: single(100) },
    why: `task requests were sent up to 60 ms late (max), 60% of their latency of 100 ms; ${advice}`,
  },
  {
    what: 'one of many was late: only the 90th percentile counts',
    task: { lag: large(9), latency: large(20) },
    why: null,
  },
  {
    what: 'nothing completed, and requests were late',
    task: { lag: large(12), latency: none },
    why: `task requests were sent up to 12 ms late (p90), and none completed; ${advice}`,
  },
  {
    what: 'nothing completed, and requests were in time',
    task: { lag: large(3), latency: none },
    why: null,
  },
  { what: 'nothing was due', task: { lag: none, latency: none }, why: null },
  { what: 'the generator used 0.94 of a core', cpu: 0.94, why: null },
  {
    what: 'the generator used 0.95 of a core',
    cpu: 0.95,
    why: `the generator used 0.95 of the one core that it can use; ${advice}`,
  },
  {
    what: 'the service still worked for the trial before',
    changes: { before: 'busy' },
    why: 'the service was still busy with the trial before; let clients give up later, or lower the rate',
  },
  { what: 'nobody saw its end', changes: { generator: null, durationMs: null }, why: null },
  {
    what: 'nobody saw its end, and requests of its records were not sent',
    changes: { generator: null, durationMs: null },
    unsent: 3,
    why:
      '3 requests were due and not sent, because as many as may be from one process were open already; ' +
      'lower the rate, or let clients give up sooner',
  },
]

describe('a trial is void:', () => {
  for (const { what, cpu = 0.1, unsent = 0, changes, task, bystander, why } of cases)
    it(`${what}: ${why === null ? 'no' : 'yes'}`, () => {
      const generator = { cpu, loopP99Ms: 1, openMax: 1000, unsent }
      const trial = exampleRunTrial({ generator, ...changes })
      const well = { lag: large(1), latency: large(100) }
      const of = (name: 'lag' | 'latency') => ({
        task: (task ?? well)[name],
        bystander: (bystander ?? { lag: none, latency: none })[name],
      })
      assert.equal(whyVoid(trial, { unsent, lag: of('lag'), latency: of('latency') }), why)
    })
})
