import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { RunsAtOnce } from './runs-at-once.ts'

interface Run {
  endMs: number
  runMs: number
}

function groupsOf(runs: readonly Run[], isCounted: (run: Run) => boolean = () => true) {
  const tally = new RunsAtOnce()
  for (const run of runs) tally.add(run.endMs, run.runMs, isCounted(run))
  return tally.groups().map(({ running, runMs }) => ({ running, ...runMs }))
}

describe('runs, by how many ran at once', () => {
  it('are alone where no other overlaps them', () => {
    const [group, ...others] = groupsOf([
      { endMs: 100, runMs: 50 },
      { endMs: 200, runMs: 70 },
    ])
    assert.deepEqual(others, [])
    assert.equal(group?.running, 1)
    assert.equal(group?.count, 2)
    assert.equal(group?.mean, 60)
  })

  it('count as many as ran on the average of their time', () => {
    // 0 to 100 alone until 50, then with another; which has the last half of its time for itself.
    const groups = groupsOf([
      { endMs: 100, runMs: 100 },
      { endMs: 150, runMs: 100 },
    ])
    assert.deepEqual(
      groups.map(({ running, count }) => [running, count]),
      [[1.5, 2]],
    )
  })

  it('leaves out the warm-up, but not that others ran beside it', () => {
    const groups = groupsOf(
      [
        { endMs: 100, runMs: 100 },
        { endMs: 101, runMs: 100 },
      ],
      ({ endMs }) => endMs > 100,
    )
    assert.equal(groups.length, 1)
    assert.equal(groups[0]?.count, 1)
    assert.ok(Math.abs((groups[0]?.running ?? 0) - 1.99) < 1e-9)
  })

  it('gives the same for very many as by looking at each with each', () => {
    // Itself for 10 ms, two neighbours for 6.5 of them, two more for 3: 29 in 10.
    const many = Array.from({ length: 50_000 }, (_, n) => ({ endMs: 10 + n * 3.5, runMs: 10 }))
    const groups = groupsOf(many)
    const inner = groups.at(-1)
    assert.equal(
      groups.reduce((sum, { count }) => sum + count, 0),
      50_000,
    )
    assert.ok(inner !== undefined && inner.count >= 49_990)
    assert.ok(Math.abs(inner.running - 2.9) < 1e-4, String(inner.running))
  })

  it('agrees with the definition for whatever runs there are', () => {
    const times = fc.record({
      startMs: fc.integer({ min: 0, max: 1000 }),
      runMs: fc.integer({ min: 1, max: 300 }),
    })
    fc.assert(
      fc.property(fc.array(times, { minLength: 1, maxLength: 60 }), (all) => {
        const runs = all
          .map(({ startMs, runMs }) => ({ endMs: startMs + runMs, runMs }))
          .toSorted((a, b) => a.endMs - b.endMs)
        const expected = new Map<number, number[]>()
        for (const { endMs, runMs } of runs) {
          const busy = runs.reduce(
            (sum, other) =>
              sum +
              Math.max(
                0,
                Math.min(endMs, other.endMs) - Math.max(endMs - runMs, other.endMs - other.runMs),
              ),
            0,
          )
          const running = busy / runMs
          // At the edge between two groups, sums of fractions may fall to either side.
          fc.pre(Math.abs((running % 1) - 0.5) > 1e-9)
          const group = expected.get(Math.round(running)) ?? []
          expected.set(Math.round(running), [...group, running])
        }
        const told = groupsOf(runs).map(({ running, count }) => [count, Math.round(running * 1e6)])
        const wanted = [...expected]
          .toSorted(([a], [b]) => a - b)
          .map(([, group]) => [
            group.length,
            Math.round((group.reduce((sum, each) => sum + each, 0) / group.length) * 1e6),
          ])
        assert.deepEqual(told, wanted)
      }),
    )
  })
})
