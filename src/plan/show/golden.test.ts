import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { planJson } from './json.ts'
import { examplePlan, keptPlan, keptPlanFile, thousandfold } from './plan.fixture.ts'
import { tasksAtOnce } from './plot/tasks-at-once.ts'
import { buildPlanReport } from './report.ts'
import { planTable } from './table.ts'

/**
 * The terminal's tables and each plot, byte for byte. After a change that is meant, UPDATE_GOLDEN=1 writes them anew:
 * look at them before they are committed. UPDATE_GOLDEN=plan answers the question anew as well, of whose answer they are.
 */
const folder = new URL('testdata/', import.meta.url)
const update = process.env.UPDATE_GOLDEN

if (update === 'plan') writeFileSync(keptPlanFile, JSON.stringify(planJson(examplePlan())))

const about = { command: 'unblock plan', at: '2026-11-26T16:40:00.000Z', version: '0.1.0' }
const { plots } = buildPlanReport(keptPlan(), about)
const large = buildPlanReport(thousandfold(keptPlan()), about).plots

const golden: [name: string, text: string][] = [
  ['tables.txt', planTable(keptPlan())],
  ['large-tables.txt', planTable(thousandfold(keptPlan()))],
  ...plots.map(({ name, svg }): [string, string] => [`${name}.svg`, svg]),
  ['tasks-at-once-beyond.svg', tasksAtOnce(keptPlan().profile, 8).svg],
  [
    'large-instances-against-load.svg',
    large.find(({ name }) => name === 'instances-against-load')!.svg,
  ],
]

for (const [name, text] of golden)
  test(`${name} is as it was looked at`, () => {
    const file = new URL(name, folder)
    if (update !== undefined) {
      mkdirSync(folder, { recursive: true })
      writeFileSync(file, text)
    }
    // Not `equal` on the texts: a difference of two such files is no reading for people.
    assert.ok(text === readFileSync(file, 'utf8'), `${file.pathname} differs`)
  })

test('the plan that is kept is one that could be answered today', () => {
  assert.deepEqual(
    shapeOf(keptPlan()),
    shapeOf(JSON.parse(JSON.stringify(planJson(examplePlan())))),
  )
})

/** Names of everything, and of lists those of the first. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf)
  if (typeof value !== 'object' || value === null) return null
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]))
}
