import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { plot } from './plot.ts'
import { exampleResults } from './results.fixture.ts'
import { table } from './table.ts'

/**
 * The terminal's table and each plot, byte for byte. After a change that is meant, UPDATE_GOLDEN=1 writes them anew:
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

const golden: [name: string, text: string][] = [
  ['table.txt', table(results)],
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
