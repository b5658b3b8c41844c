import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rows } from '../rows/index.ts'
import { plot } from './plot.ts'
import type { Results } from './results.ts'
import { renderSection } from './section.ts'
import { merged, type Written } from './written.ts'

/** Lines of the README around what is written. */
const begin = '<!-- bench: begin -->'
const end = '<!-- bench: end -->'

/** The folder of `README.md`. */
const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Writes the results into the README, its plots and `results.json` into `docs/performance`. What was written of
 * rows that were not measured stays.
 *
 * @throws as `checkReadme` does
 */
export function writeReadme(results: Results, folder = root): void {
  const { readme, before } = read(folder)
  const written = merged(
    before,
    results,
    rows.map(({ name }) => name),
  )
  const performance = `${folder}/docs/performance`
  mkdirSync(performance, { recursive: true })
  // There may be one of a row that is no more.
  for (const file of readdirSync(performance))
    if (file.endsWith('.svg')) rmSync(`${performance}/${file}`)
  for (const row of written.rows) {
    const { name, svg } = plot(row, row.figures)
    writeFileSync(`${performance}/${name}.svg`, svg)
  }
  writeFileSync(`${performance}/results.json`, `${JSON.stringify(written, null, 2)}\n`)
  writeFileSync(`${folder}/README.md`, withSection(readme, renderSection(written)))
}

/** Before half an hour of measuring: @throws an error that says why its results could not be written */
export function checkReadme(folder = root): void {
  withSection(read(folder).readme, '')
}

function read(folder: string): { readme: string; before: Written } {
  const file = `${folder}/docs/performance/results.json`
  return {
    readme: readFileSync(`${folder}/README.md`, 'utf8'),
    before: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { rows: [] },
  }
}

/** The README with other lines between its marks. */
export function withSection(readme: string, section: string): string {
  const from = readme.indexOf(`${begin}\n`)
  const to = readme.indexOf(`\n${end}\n`, from)
  if (from === -1 || to === -1)
    throw new Error(`README.md has no lines ${begin} and ${end}, in this order`)
  return `${readme.slice(0, from)}${begin}\n\n${section}${readme.slice(to)}`
}
