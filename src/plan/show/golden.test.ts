import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { examplePlan, largePlan } from './plan.fixture.ts'
import { tasksAtOnce } from './plot/tasks-at-once.ts'
import { buildPlanReport } from './report.ts'

/**
 * Each plot, byte for byte. After a change that is meant, UPDATE_GOLDEN=1 writes them anew: look at them
 * before they are committed.
 */
const folder = new URL('testdata/', import.meta.url)

const about = { command: 'unblock plan', at: '2026-11-26T16:40:00.000Z', version: '0.1.0' }
const { plots } = buildPlanReport(examplePlan(), about)
const large = buildPlanReport(largePlan(), about).plots

const golden: [name: string, svg: string][] = [
  ...plots.map(({ name, svg }): [string, string] => [name, svg]),
  ['tasks-at-once-beyond', tasksAtOnce(examplePlan().profile, 8).svg],
  [
    'large-instances-against-load',
    large.find(({ name }) => name === 'instances-against-load')!.svg,
  ],
]

for (const [name, svg] of golden)
  test(`the plot ${name} is as it was looked at`, () => {
    const file = new URL(`${name}.svg`, folder)
    if (process.env.UPDATE_GOLDEN === '1') {
      mkdirSync(folder, { recursive: true })
      writeFileSync(file, svg)
    }
    // Not `equal` on the texts: a difference of two such files is no reading for people.
    assert.ok(svg === readFileSync(file, 'utf8'), `${file.pathname} differs`)
  })
