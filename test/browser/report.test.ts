import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import {
  type Example,
  many,
  reportOf,
  saturation,
  strategies,
} from '../../src/measure/report/report.fixture.ts'
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

/** The report as it is sent around: a file that somebody opens. */

const files = await folder({ after })
const browser = await startBrowser({ after })

function partlyVoid(): Example {
  const { summary, run, ...rest } = saturation()
  const [thread, queue] = summary.conditions
  const conditions = [{ ...thread!, void: 'requests were sent up to 40 ms late' }, queue!]
  return {
    ...rest,
    run: { ...run, state: 'partial' },
    summary: { ...summary, state: 'partial', conditions },
  }
}

const reports: Record<string, () => Example> = { strategies, partlyVoid, many }
const urlOf = new Map<string, URL>()
for (const [name, example] of Object.entries(reports)) {
  const file = join(files, `${name}.html`)
  writeFileSync(file, (await reportOf(example())).html)
  urlOf.set(name, pathToFileURL(file))
}

const open = (name: string, options: Parameters<typeof visit>[2]) =>
  openReport(browser, urlOf.get(name)!, options)

for (const name of urlOf.keys())
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1280, 360])
      test(`the report ${name} reads well, ${colorScheme}, ${width} pixels wide`, async () => {
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

test('the verdict is the first thing below the heading, and the largest', async () => {
  const { page } = await open('strategies', { viewport: { width: 1280, height: 900 } })
  const first = page.locator('header:has(h1) + *')
  assert.match(
    (await first.textContent()) ?? '',
    /^\s*On the event loop a bystander waited up to 2\.1 s/,
  )
  const sizes = await inPage<{ verdict: boolean; size: number }[]>(
    page,
    `return [...document.querySelectorAll('main :is(h1, h2, h3, p, td, li)')].map((element) => ({
      verdict: element.matches('.verdict .first'),
      size: parseFloat(getComputedStyle(element).fontSize),
    }))`,
  )
  const size = (verdict: boolean) =>
    Math.max(...sizes.filter((each) => each.verdict === verdict).map((each) => each.size))
  assert.ok(size(true) > size(false), `${size(true)} px is not above ${size(false)} px`)
  await page.context().close()
})

test('what is void is said before any figure', async () => {
  const { page } = await open('partlyVoid', { viewport: { width: 1280, height: 900 } })
  const banner = page.locator('.verdict + .banner')
  assert.match((await banner.textContent()) ?? '', /^Void: these.*sent up to 40 ms late/s)
  const box = await banner.boundingBox()
  const table = await page.locator('table').first().boundingBox()
  assert.ok(box !== null && table !== null && box.y < table.y)
  await page.context().close()
})

for (const colorScheme of ['light', 'dark'] as const)
  test(`on paper it is black on white, whole figures on their pages, ${colorScheme} screen or not`, async () => {
    const { page, asked, url } = await open('strategies', {
      colorScheme,
      // A4 without its margins.
      viewport: { width: 680, height: 1009 },
    })
    await page.emulateMedia({ media: 'print', colorScheme })
    const styles = await inPage(
      page,
      `const of = (selector) => getComputedStyle(document.querySelector(selector))
      return {
        ink: of('.verdict .first').color,
        paper: of('html').backgroundColor,
        plotInk: of('svg .title').fill,
        plotPaper: of('svg .paper').fill,
        figure: of('figure').breakInside,
        table: of('table').breakInside,
      }`,
    )
    assert.deepEqual(styles, {
      ink: 'rgb(0, 0, 0)',
      paper: 'rgb(255, 255, 255)',
      plotInk: 'rgb(0, 0, 0)',
      plotPaper: 'rgb(255, 255, 255)',
      figure: 'avoid',
      table: 'avoid',
    })
    assert.deepEqual(await figuresThatDoNotFit(page), [])
    const tables = await rightEdgesOfTables(page)
    for (const right of tables) assert.ok(right <= 680, 'a table ends beyond the paper')
    for (const format of ['A4', 'Letter']) {
      const pdf = await page.pdf({ format })
      assert.equal(pdf.subarray(0, 5).toString(), '%PDF-')
      assert.ok((pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0) >= 2)
    }
    assert.deepEqual(complaints.get(page), [])
    assert.deepEqual(asked, [url])
    await page.context().close()
  })

test('on paper no plot is higher than a page, however many conditions there are, and two over time fit', async () => {
  const { page } = await open('many', { viewport: { width: 680, height: 1009 } })
  await page.emulateMedia({ media: 'print' })
  const figures = await inPage<{ name: string; height: number }[]>(
    page,
    `return [...document.querySelectorAll('figure')].map((figure) => ({
      name: figure.querySelector('title').textContent,
      height: figure.getBoundingClientRect().height,
    }))`,
  )
  // Letter has 249 mm between its margins, A4 more.
  const paper = (249 / 25.4) * 96
  for (const { name, height } of figures)
    assert.ok(height < (name.endsWith('over time') ? paper / 2 - 20 : paper), `${name}: ${height}`)
  await page.context().close()
})

test('a plot is right as a file of its own, in light and dark', async () => {
  const { plots } = await reportOf(strategies())
  for (const { name, svg } of plots) {
    const file = join(files, `${name}.svg`)
    writeFileSync(file, svg)
    for (const [colorScheme, ink] of [
      ['light', 'rgb(27, 34, 48)'],
      ['dark', 'rgb(230, 234, 241)'],
    ] as const) {
      const page = await visit(browser, pathToFileURL(file), { colorScheme })
      // A file that is no XML shows an error instead, and no title.
      assert.equal(
        await inPage(page, `return getComputedStyle(document.querySelector('svg .title')).fill`),
        ink,
        name,
      )
      assert.deepEqual(await wordsBeyondTheEdge(page), [], `${name}: words beyond the edge`)
      assert.deepEqual(complaints.get(page), [])
      await page.context().close()
    }
  }
})
