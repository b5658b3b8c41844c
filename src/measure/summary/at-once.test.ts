import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { AtOnce } from './at-once.ts'

interface Run {
  endMs: number
  runMs: number
}

function told(runs: readonly Run[], untilMs: number) {
  const tally = new AtOnce(untilMs)
  for (const { endMs, runMs } of runs) tally.add(endMs, runMs)
  return tally.told()
}

describe('how long so many tasks ran at once', () => {
  it('is told from none to the most', () => {
    const runs = [
      { endMs: 100, runMs: 100 },
      { endMs: 150, runMs: 100 },
      { endMs: 400, runMs: 10 },
    ]
    assert.deepEqual(told(runs, 1000), { ms: [840, 110, 50], results: 3 })
  })

  it('leaves out what was before or after, and counts what was partly in it in part', () => {
    const runs = [
      { endMs: -5, runMs: 50 },
      { endMs: 10, runMs: 40 },
      { endMs: 130, runMs: 60 },
      { endMs: 300, runMs: 20 },
    ]
    assert.deepEqual(told(runs, 100), { ms: [60, 40], results: 0.25 + 0.5 })
  })

  it('ends where requests were due last, if that is known only then', () => {
    const tally = new AtOnce(Number.POSITIVE_INFINITY)
    tally.add(100, 50)
    assert.deepEqual(tally.told(80).ms, [50, 30])
  })

  it('agrees with looking at each moment, for whatever runs there are', () => {
    const times = fc.record({
      startMs: fc.integer({ min: -50, max: 300 }),
      runMs: fc.integer({ min: 1, max: 90 }),
    })
    fc.assert(
      fc.property(fc.array(times, { maxLength: 60 }), (all) => {
        const runs = all
          .map(({ startMs, runMs }) => ({ endMs: startMs + runMs, runMs }))
          .toSorted((a, b) => a.endMs - b.endMs)
        const expected: number[] = []
        for (let ms = 0; ms < 250; ms++) {
          const running = runs.filter((run) => run.endMs - run.runMs <= ms && ms < run.endMs).length
          expected[running] = (expected[running] ?? 0) + 1
        }
        assert.deepEqual(
          told(runs, 250).ms,
          Array.from(expected, (ms) => ms ?? 0),
        )
      }),
    )
  })

  it('keeps of very many only what overlaps the longest, and counts them all the same', () => {
    // One that takes as long as a thousand others, then three at once, always.
    const many = Array.from({ length: 100_000 }, (_, n) => ({ endMs: 10 + n * 5, runMs: 15 }))
    const runs = [{ endMs: 10, runMs: 5000 }, ...many]
    const { ms, results } = told(runs, 500_000)
    assert.ok(Math.abs(ms[3]! - 500_000) < 40, String(ms))
    assert.ok(Math.abs(results - 100_000) < 4, String(results))
  })
})
