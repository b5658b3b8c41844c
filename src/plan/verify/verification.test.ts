import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Latencies } from '../../measure/summary/latencies.ts'
import { exampleCondition } from '../../measure/summary/summary.fixture.ts'
import type { HeldOut } from './held-out.ts'
import { notesOf } from './notes.ts'
import type { ForeSeen } from './predict.ts'
import { predictionTable, verificationMarkdown, verificationTable } from './table.ts'
import {
  checkSetting,
  errorsOf,
  type Measured,
  measuredOf,
  type Round,
  type VerifiedSetting,
} from './verification.ts'

const setting: HeldOut = { executor: 'queue', servers: 1, workers: 2, load: 0.85, ratePerS: 22 }

const sure = (ms: number) => ({ ms, low: ms * 0.9, high: ms * 1.1 })

/** As if latency grew with the work, and tails twice as much. */
const foreseen = (factor = 1): ForeSeen => ({
  p50: sure(100 * factor),
  p95: sure(200 * factor ** 2),
  aloneMs: 60 * factor,
  speedAmong: (running) => (running === 1 ? 1 : 0.9),
})

function checked(measured: { p50: number; p95: number; runMs: number; void?: string }) {
  const { void: why = null, runMs, p50, p95 } = measured
  return checkSetting(setting, [
    round({ p50, p95, requests: 500, notCompleted: 0, void: why }, runMs),
  ])
}

/** @param runMs of each; null: it is not known */
function round(measured: Measured, runMs: number | null, foreseenMs = 60): Round {
  const replayed = runMs === null ? null : foreseen(runMs / 60)
  return {
    foreseen: foreseen(foreseenMs / 60),
    measured,
    worksMs: runMs === null ? null : [runMs - 1, runMs + 1],
    replayed: replayed && { p50: replayed.p50.ms, p95: replayed.p95.ms },
  }
}

describe('a setting that was predicted and measured', () => {
  it('has the error of each figure', () => {
    const { p50, p95 } = checked({ p50: 80, p95: 250, runMs: 60 })
    assert.equal(p50.error, 0.25)
    assert.ok(Math.abs(p95.error! + 0.2) < 1e-12)
  })

  it('has the error that is left with the times that tasks took then', () => {
    const { p50, p95 } = checked({ p50: 110, p95: 242, runMs: 66 })
    assert.ok(Math.abs(p50.replayError!) < 1e-12)
    assert.ok(Math.abs(p95.replayError!) < 1e-12)
    assert.ok(Math.abs(p95.error! - (200 / 242 - 1)) < 1e-12)
  })

  it('says nothing of the machine where few ran', () => {
    const found = { p50: 80, p95: 250, requests: 20, notCompleted: 0, void: null }
    const { p50, aloneMs } = checkSetting(setting, [round(found, null)])
    assert.deepEqual([p50.error, p50.replayError, aloneMs.measured], [0.25, null, null])
  })

  it('has a replay compared with what was measured in the rounds that were replayed', () => {
    const found = (p50: number) => ({ p50, p95: 200, requests: 9, notCompleted: 0, void: null })
    const rounds = [round(found(100), 60), round(found(500), null), round(found(900), null)]
    const { p50 } = checkSetting(setting, rounds)
    assert.deepEqual([p50.measured, p50.replayError], [500, 0])
  })

  it('is the middle of its rounds, of those that can be used', () => {
    const each = (p50: number, aloneMs: number, why: string | null = null) =>
      round({ p50, p95: 2 * p50, requests: 100, notCompleted: 1, void: why }, aloneMs, aloneMs)
    const rounds = [each(100, 60), each(700, 63), each(112, 66), each(1, 600, 'sent late')]
    const checked = checkSetting(setting, rounds)
    assert.deepEqual([checked.requests, checked.notCompleted, checked.void], [300, 3, null])
    assert.deepEqual([checked.p50.measured, checked.p95.measured], [112, 224])
    assert.ok(Math.abs(checked.p50.predicted.ms - 105) < 1e-9)
    assert.ok(Math.abs(checked.p50.error! - (105 / 112 - 1)) < 1e-9)
    assert.deepEqual(checked.aloneMs, { predicted: 63, measured: 63 })
    assert.deepEqual(
      checked.rounds.map(({ p50 }) => p50.measured),
      [100, 700, 112, 1],
    )
    assert.match(notesOf([checked])[0]!, /1 of 4 rounds cannot be used: sent late/)
  })

  it('takes what was measured from the histogram of the summary', () => {
    const latencies = new Latencies()
    for (let ms = 1; ms <= 100; ms++) latencies.add(ms)
    const requests = { sent: 103, completed: 100, failed: 0, refused: 3 }
    const measured = measuredOf(exampleCondition({ histogram: latencies.encode(), requests }))
    assert.ok(Math.abs(measured.p50! - 50) < 0.1)
    assert.ok(Math.abs(measured.p95! - 95) < 0.1)
    assert.equal(measured.notCompleted, 3)
  })
})

describe('the errors of a verification', () => {
  const settings: VerifiedSetting[] = [
    checked({ p50: 100, p95: 250, runMs: 60 }), // 0 and −0.2
    checked({ p50: 80, p95: 200, runMs: 60 }), // 0.25 and 0
    checked({ p50: 1, p95: 1, runMs: 60, void: 'requests were sent late' }),
  ]

  it('leave out what is void', () => {
    const errors = errorsOf(settings, ({ error }) => error)
    assert.ok(Math.abs(errors!.median - 0.1) < 1e-12)
    assert.deepEqual([errors?.worst, errors?.figures], [0.25, 4])
    assert.equal(
      errorsOf([settings[2]!], ({ error }) => error),
      null,
    )
  })

  it('are told with their cause: the machine, or the model', () => {
    const drifted = checked({ p50: 126, p95: 310, runMs: 75 })
    const notes = notesOf([...settings, drifted]).join('\n')
    assert.match(notes, /queue, 2 workers, 85% load cannot be used: requests were sent late/)
    assert.match(notes, /p50 was predicted 25% too high, and with the work of each it is still 25%/)
    assert.match(notes, /p50 was predicted 21% too low; tasks took 25% longer then/)
    assert.match(notes, /The time of a task itself was off by .* to \+25% of what was fitted/)
    assert.deepEqual(notesOf([checked({ p50: 101, p95: 199, runMs: 60 })]), [])
  })

  it('stand in tables, for a terminal and for a README', () => {
    const verification = {
      format: 1 as const,
      task: 'primes',
      params: {},
      machine: { cpus: '2 × any', cores: 2 },
      fittedFrom: ['a'],
      checkedBy: ['b'],
      settings,
      error: errorsOf(settings, ({ error }) => error),
      replay: null,
      notes: ['Something stands out.'],
    }
    const table = verificationTable(verification)
    assert.match(table, /^! queue, 2 workers, 85% load/m)
    assert.match(table, /^queue, 2 workers, 85% load +500 +100 +80 +\+25%/m)
    assert.match(table, /Error of 4 figures: median 10%, worst 25%\.\nSomething stands out\./)
    const [, , first] = verificationMarkdown(settings).split('\n')
    assert.equal(
      first,
      '| queue, 2 workers, 85% load | 22 | 100 | 100 | ±0% | ±0% | 200 | 250 | −20% | −20% |',
    )
    const predictions = predictionTable([{ setting, foreseen: foreseen() }])
    assert.match(predictions, /^queue, 2 workers, 85% load +22 +100 +90 +110 +200 +180 +220$/m)
  })
})
