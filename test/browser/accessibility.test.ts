import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startStack } from '../system/stack.ts'
import { startBrowser, visit } from './browser.ts'
import { violations } from './violations.ts'

/** The page for those who do not see it, or see it otherwise: no violation that axe-core can find. */

const { url } = await startStack({ after })
const browser = await startBrowser({ after })

const card = (page: Page, state: string) =>
  page.locator(`.topology [data-place="server-1"][data-state="${state}"]`)

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1440, 360])
    test(`axe-core finds nothing, ${colorScheme}, ${width} pixels wide, empty and with work`, async () => {
      const page = await visit(browser, url, { colorScheme, viewport: { width, height: 900 } })
      await page.locator('.topology [data-place="worker-1"]').waitFor()
      await page.getByRole('button', { name: 'Run', exact: true }).waitFor()
      assert.deepEqual(await violations(page), [])

      await page.getByLabel('limit', { exact: true }).fill('1000')
      await page.getByRole('button', { name: 'Run', exact: true }).click()
      await page.locator('tr[data-entry][data-state="completed"]').first().waitFor()
      await page.getByLabel('limit', { exact: true }).fill('1')
      await page.getByRole('button', { name: 'Run', exact: true }).click()
      await page
        .getByText(/must be an integer from 2/)
        .first()
        .waitFor()
      assert.deepEqual(await violations(page), [])
      await page.context().close()
    })

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe-core finds nothing while a server is blocked, after a step of the walk, and when nobody answers, ${colorScheme}`, async () => {
    const page = await visit(browser, url, { colorScheme, viewport: { width: 1440, height: 900 } })
    await page.getByRole('button', { name: 'Run on the event loop', exact: true }).click()
    await card(page, 'blocked').waitFor()
    assert.deepEqual(await violations(page), [])
    await card(page, 'idle').waitFor()
    await page.getByText('1 of 5 done').or(page.getByText('Try again')).waitFor()
    await page.getByRole('button', { name: /curl/ }).first().click()
    assert.deepEqual(await violations(page), [])

    // A stream that is cut, and cannot be had again.
    await page.route('**/api/fleet/events', (route) => route.abort())
    await page.reload()
    await page.getByText(/^no news/).waitFor()
    await page.getByText('Nobody answers yet.').waitFor()
    assert.deepEqual(await violations(page), [])
    await page.context().close()
  })
