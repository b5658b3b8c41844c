import type { Browser, Page } from 'playwright-core'
import { visit } from './browser.ts'

/** What any report is looked at for, as a file that somebody opens. */

/** Opens a report and notes whatever it asks for beside itself. */
export async function openReport(
  browser: Browser,
  url: URL,
  options: Parameters<typeof visit>[2],
): Promise<{ page: Page; asked: string[]; url: string }> {
  const page = await visit(browser, 'about:blank', options)
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto(String(url))
  return { page, asked, url: String(url) }
}

/** Runs a script in the page: as text, for the tests' own types know no document. */
export const inPage = async <T>(page: Page, script: string) =>
  (await page.evaluate(`(() => {${script}})()`)) as T

/** Every figure has a place on the page and a picture in it, and nothing is wider than the page. */
export const figuresThatDoNotFit = (page: Page) =>
  inPage<string[]>(
    page,
    `
  const width = document.documentElement.clientWidth
  const wrong = document.documentElement.scrollWidth > width ? ['the page is too wide'] : []
  for (const figure of document.querySelectorAll('figure')) {
    const { left, right } = figure.getBoundingClientRect()
    const picture = figure.querySelector('svg').getBoundingClientRect()
    const fits = left >= 0 && right <= width && figure.checkVisibility()
    if (!fits || picture.width < 250 || picture.height < 100) wrong.push(figure.textContent)
  }
  return wrong`,
  )

/** On paper, where nothing can be scrolled. */
export const rightEdgesOfTables = (page: Page) =>
  inPage<number[]>(
    page,
    `return [...document.querySelectorAll('table')].map((one) => one.getBoundingClientRect().right)`,
  )

/** Of a plot that is opened alone: words that are not all on it. */
export const wordsBeyondTheEdge = (page: Page) =>
  inPage<string[]>(
    page,
    `const { width, height } = document.querySelector('svg').viewBox.baseVal
    return [...document.querySelectorAll('text')]
      .filter((text) => {
        const { x, y, width: w, height: h } = text.getBBox()
        return x < 0 || x + w > width || y < 0 || y + h > height
      })
      .map((text) => text.textContent)`,
  )
