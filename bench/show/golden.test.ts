import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { plot } from './plot.ts'
import { exampleResults, runOf } from './results.fixture.ts'
import { renderSection } from './section.ts'
import { table } from './table.ts'
import { merged } from './written.ts'

/**
 * The terminal's table, what stands in the README, and each plot, byte for byte. After a change that is meant, UPDATE_GOLDEN=1 writes them anew:
 * look at them before they are committed.
 */
const folder = new URL('testdata/', import.meta.url)

const results = exampleResults()
const plots = results.rows.map((row) =>
  plot(
    row,
    results.figures.filter((figure) => figure.row === row.name),
  ),
)

const order = results.rows.map(({ name }) => name)
const written = merged({ rows: [] }, results, order)
const later = { at: '2026-11-27T08:01:00.000Z', minutes: 6.2, leftOut: [] }
const twoRuns = merged(written, { ...runOf(['accept', 'drain'], results), ...later }, order)
const reasons = {
  light: 'Every request is counted, logged and bounded.',
  drain: 'Not told, as it is reached.',
}

const golden: [name: string, text: string][] = [
  ['table.txt', table(results)],
  ['section.md', renderSection(written, reasons)],
  ['section-of-two-runs.md', renderSection(twoRuns, {})],
  ['section-of-nothing.md', renderSection({ rows: [] }, {})],
  ...plots.map(({ name, svg }): [string, string] => [`${name}.svg`, svg]),
]

for (const [name, text] of golden)
  test(`${name} is as it was looked at`, () => {
    const file = new URL(name, folder)
    if (process.env.UPDATE_GOLDEN === '1') {
      mkdirSync(folder, { recursive: true })
      writeFileSync(file, text)
    }
    // Not `equal` on the texts: a difference of two such files is no reading for people.
    assert.ok(text === readFileSync(file, 'utf8'), `${file.pathname} differs`)
  })
