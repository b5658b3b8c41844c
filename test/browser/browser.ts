import assert from 'node:assert/strict'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { findProgram, systemPrograms } from '../../bin/programs.mjs'
import { atEnd, type Cleaner } from '../fixtures/at-end.ts'

/** The system's Chromium, closed after the test. */
export async function startBrowser(t: Cleaner): Promise<Browser> {
  const executablePath = findProgram(systemPrograms.chromium.names)
  assert.ok(executablePath, 'no Chromium')
  const started = await chromium.launch({
    executablePath,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  atEnd(t, () => started.close())
  return started
}

/** Generous, for a machine that runs several tests at once. */
const patienceMs = 60_000

/** What the browser complained of on a page: script errors, refused resources, policy violations. */
export const complaints = new WeakMap<Page, string[]>()

/** Opens a page in a context of its own. */
export async function visit(
  browser: Browser,
  url: string | URL,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(patienceMs)
  const page = await context.newPage()
  const list: string[] = []
  complaints.set(page, list)
  page.on('pageerror', (error) => list.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') list.push(message.text())
  })
  await page.goto(String(url))
  return page
}
