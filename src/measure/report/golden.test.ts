import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Example, reportOf, saturation, strategies } from './report.fixture.ts'

/**
 * Each plot, byte for byte. After a change that is meant, UPDATE_GOLDEN=1 writes them anew: look at them
 * before they are committed.
 */
const folder = new URL('testdata/', import.meta.url)

const golden: [run: string, () => Example, plots: string[]][] = [
  [
    'strategies',
    strategies,
    ['latency-by-percentile', 'throughput', 'shares', 'over-time-event-loop-1-server'],
  ],
  ['saturation', saturation, ['throughput', 'queue-depth', 'over-time-thread', 'over-time-queue']],
]

for (const [run, example, names] of golden) {
  const { plots } = await reportOf(example())
  for (const name of names)
    test(`the plot ${name} of ${run} is as it was looked at`, () => {
      const { svg } = plots.find((plot) => plot.name === name)!
      const file = new URL(`${run}-${name}.svg`, folder)
      if (process.env.UPDATE_GOLDEN === '1') {
        mkdirSync(folder, { recursive: true })
        writeFileSync(file, svg)
      }
      // Not `equal` on the texts: a difference of two such files is no reading for people.
      assert.ok(svg === readFileSync(file, 'utf8'), `${file.pathname} differs`)
    })
}
