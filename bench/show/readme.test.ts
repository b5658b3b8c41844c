import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { checkReadme, withSection, writeReadme } from './readme.ts'
import { exampleResults, runOf } from './results.fixture.ts'

const readme = 'Before.\n\n<!-- bench: begin -->\n\nold\n\n<!-- bench: end -->\n\nAfter.\n'

function folderWith(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'readme-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'README.md'), text)
  return folder
}

test('what is between the marks is replaced, and nothing else, however often', () => {
  const once = withSection(readme, 'new\n')
  assert.equal(once, 'Before.\n\n<!-- bench: begin -->\n\nnew\n\n<!-- bench: end -->\n\nAfter.\n')
  assert.equal(withSection(once, 'new\n'), once)
})

test('a README without marks is told before anything is measured', (t) => {
  assert.throws(() => checkReadme(folderWith(t, 'Before.\n')), /no lines <!-- bench: begin -->/)
  checkReadme(folderWith(t, readme))
})

test('the marks are in the README', () => checkReadme())

test('plots and results are written beside it; a run of some rows leaves the others', (t) => {
  const folder = folderWith(t, readme)
  const results = exampleResults()
  const performance = join(folder, 'docs/performance')
  mkdirSync(performance, { recursive: true })
  writeFileSync(join(performance, 'no-more.svg'), '')
  writeReadme(runOf(['light', 'accept'], results), folder)
  writeReadme({ ...runOf(['accept'], results), at: '2026-11-27T08:01:00.000Z' }, folder)
  assert.deepEqual(readdirSync(performance).toSorted(), ['accept.svg', 'light.svg', 'results.json'])
  const text = readFileSync(join(folder, 'README.md'), 'utf8')
  assert.match(
    text,
    /^Before\..*\*\*light\*\*: 26 November.*\*\*accept\*\*: 27 November.*After\.\n$/s,
  )
  assert.doesNotMatch(text, /\bold\b/)
})
