import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { startStack } from '../system/stack.ts'
import { complaints, startBrowser, visit } from './browser.ts'

/** The dashboard of the queue in a real browser, and what a browser says of every page's policy. */

const token = 'open-sesame-0123456789'
const { url } = await startStack({ after }, { env: { ADMIN_TOKEN: token } })
const browser = await startBrowser({ after })
const asAdmin = { httpCredentials: { username: 'anybody', password: token } }

/** Runs a job to its end. @returns its id */
async function runJob(): Promise<string> {
  const headers = { prefer: 'wait=60' }
  const answer = await fetch(`${url}/api/non-blocking?task=primes&limit=1234`, { headers })
  const { job } = (await answer.json()) as { job: { id: string; state: string } }
  assert.equal(job.state, 'completed')
  return job.id
}

const policyOf = async (page: Page, path: string) =>
  (await page.request.get(new URL(path, url).href)).headers()['content-security-policy'] ?? ''

test('whoever knows the token sees the queue, a job and its result', async () => {
  const id = await runJob()
  const page = await visit(browser, `${url}/admin/queues`, asAdmin)
  await page.getByRole('link', { name: 'tasks', exact: true }).first().click()
  await page.getByText(id).first().waitFor()
  await page.goto(`${url}/admin/queues/queue/tasks/${id}`)
  await page.getByText('1234').first().waitFor()
  await page.getByText(/"primes":202/).waitFor()
  assert.deepEqual(complaints.get(page), [])
  await page.context().close()
})

test('it offers nothing that would change a job, and its dialogs keep to the policy', async () => {
  const id = await runJob()
  const page = await visit(browser, `${url}/admin/queues/queue/tasks/${id}`, asAdmin)
  await page.getByText(id).first().waitFor()
  const names = await page.getByRole('button').evaluateAll((buttons) =>
    // biome-ignore lint/suspicious/noExplicitAny: the test's own types know no document
    buttons.map((button: any) => `${button.title} ${button.textContent}`),
  )
  assert.ok(names.length > 3)
  for (const name of names)
    assert.doesNotMatch(name, /retry|clean|promote|remove|pause|empty|add /i)
  await page.locator('header').getByRole('button').last().click() // its settings
  await page.getByRole('dialog').waitFor()
  assert.deepEqual(complaints.get(page), [])
  await page.context().close()
})

test('whoever does not know it is told so, and sees nothing', async () => {
  const wrong = { httpCredentials: { username: 'anybody', password: `${token}x` } }
  const page = await visit(browser, `${url}/admin/queues`, wrong)
  const { status, detail } = JSON.parse((await page.textContent('pre')) ?? '')
  assert.equal(status, 401)
  assert.match(detail, /ADMIN_TOKEN/)
  await page.context().close()
})

test('the documentation works under a policy that lets nothing else in', async () => {
  const page = await visit(browser, `${url}/docs`)
  await page.locator('#operations-health-livez .opblock-summary-control').click()
  await page.getByRole('button', { name: 'Try it out' }).click()
  await page.getByRole('button', { name: 'Execute' }).click()
  await page.locator('.live-responses-table').getByText('"status": "ok"').waitFor()
  assert.deepEqual(complaints.get(page), [])
  await page.context().close()
})

test('every page, and every problem, has a policy that starts with nothing', async () => {
  const page = await visit(browser, url, asAdmin)
  for (const path of ['/', '/docs', '/docs/', '/admin/queues', '/nothing', '/metrics'])
    assert.match(await policyOf(page, path), /^default-src 'none';.* frame-ancestors 'none'$/, path)
  await page.context().close()
})

test('a link on another site starts no work; one of our own does, and the address bar', async () => {
  const page = await visit(browser, url)
  const elsewhere = url.replace('localhost', '127.0.0.1')
  for (const path of ['/api/non-blocking?limit=100', '/api/blocking?limit=100']) {
    await page.goto(`${elsewhere}/`)
    await page.evaluate((to) => {
      // biome-ignore lint/suspicious/noExplicitAny: the test's own types know no document
      ;(globalThis as any).location.href = to
    }, url + path)
    await page.waitForURL(url + path)
    assert.equal(JSON.parse((await page.textContent('pre')) ?? '').status, 403, path)

    const typed = await page.goto(url + path)
    assert.ok(typed?.ok(), `${path} from the address bar`)
    await page.goto(url)
    await page.evaluate((to) => {
      // biome-ignore lint/suspicious/noExplicitAny: the test's own types know no document
      ;(globalThis as any).location.href = to
    }, url + path)
    await page.waitForURL(url + path)
    assert.match(JSON.parse((await page.textContent('pre')) ?? '').type, /blocking$/)
  }
  await page.context().close()
})
