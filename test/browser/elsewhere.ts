import type { Browser, Page } from 'playwright-core'
import { visit } from './browser.ts'

/** Opens a page as from another machine: everything is there, but the launcher refuses to be asked. */
export async function visitFromElsewhere(browser: Browser, url: string): Promise<Page> {
  const page = await visit(browser, 'about:blank')
  await page.route('**/control', (route) =>
    route.fulfill({
      status: 403,
      contentType: 'application/problem+json',
      body: JSON.stringify({ title: 'Forbidden', detail: 'This is not for other machines.' }),
    }),
  )
  await page.goto(url)
  return page
}
