import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Plan } from '../../src/plan/answer/plan.ts'
import {
  endlessPlan,
  examplePlan,
  infeasiblePlan,
  largePlan,
} from '../../src/plan/show/plan.fixture.ts'
import { buildPlanReport } from '../../src/plan/show/report.ts'
import { folder } from '../fixtures/folder.ts'
import { complaints, startBrowser, visit } from './browser.ts'
import {
  figuresThatDoNotFit,
  inPage,
  openReport,
  rightEdgesOfTables,
  wordsBeyondTheEdge,
} from './report-page.ts'
import { violations } from './violations.ts'

/** The report of a plan, as a file that somebody opens. */

const files = await folder({ after })
const browser = await startBrowser({ after })

const reportOf = (plan: Plan) =>
  buildPlanReport(plan, {
    command: 'unblock plan --rate 24 --p95 250ms --p99 500ms',
    at: '2026-11-26T16:40:00.000Z',
    version: '0.1.0',
  })

const urlOf = new Map<string, URL>()
for (const [name, plan] of Object.entries({
  example: examplePlan(),
  infeasible: infeasiblePlan(),
  large: largePlan(),
  endless: endlessPlan(),
})) {
  const file = join(files, `${name}.html`)
  writeFileSync(file, reportOf(plan).html)
  urlOf.set(name, pathToFileURL(file))
}

const open = (name: string, options: Parameters<typeof visit>[2]) =>
  openReport(browser, urlOf.get(name)!, options)

for (const name of urlOf.keys())
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1280, 360])
      test(`the plan ${name} reads well, ${colorScheme}, ${width} pixels wide`, async () => {
        const { page, asked, url } = await open(name, {
          colorScheme,
          viewport: { width, height: 900 },
        })
        assert.deepEqual(await figuresThatDoNotFit(page), [])
        assert.deepEqual(await violations(page), [])
        assert.deepEqual(complaints.get(page), [])
        assert.deepEqual(asked, [url])
        await page.context().close()
      })

test('the answer is the first thing below the heading, and how many are needed the first table', async () => {
  const { page } = await open('example', { viewport: { width: 1280, height: 900 } })
  const answer = page.locator('header:has(h1) + .verdict .first')
  assert.match((await answer.textContent()) ?? '', /^For 24 requests\/s.*it takes 2 servers/)
  const table = page.locator('table').first()
  assert.match((await table.locator('caption').textContent()) ?? '', /^The fewest that are enough/)
  const box = await table.boundingBox()
  assert.ok(box !== null && box.y + box.height < 900, 'not without scrolling')
  await page.context().close()
})

test('on paper every table and every plot fits, and no plot is higher than a page', async () => {
  const { page } = await open('example', { viewport: { width: 680, height: 1009 } })
  await page.emulateMedia({ media: 'print' })
  assert.deepEqual(await figuresThatDoNotFit(page), [])
  for (const right of await rightEdgesOfTables(page))
    assert.ok(right <= 680, 'a table ends beyond the paper')
  const heights = await inPage<number[]>(
    page,
    `return [...document.querySelectorAll('figure')].map((figure) => figure.getBoundingClientRect().height)`,
  )
  // Letter has 249 mm between its margins, A4 more: two plots on a page.
  for (const height of heights) assert.ok(height < ((249 / 25.4) * 96) / 2 - 20, `${height}`)
  await page.context().close()
})

test('a plot is right as a file of its own, and all its words are on it', async () => {
  for (const plan of [examplePlan(), largePlan()])
    for (const { name, svg } of reportOf(plan).plots) {
      const file = join(files, `${name}.svg`)
      writeFileSync(file, svg)
      const page = await visit(browser, pathToFileURL(file))
      assert.equal(await page.locator('svg > title').count(), 1, `${name} is no XML`)
      assert.deepEqual(await wordsBeyondTheEdge(page), [], `${name}: words beyond the edge`)
      assert.deepEqual(complaints.get(page), [])
      await page.context().close()
    }
})
