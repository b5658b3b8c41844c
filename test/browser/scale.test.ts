import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Fleet } from '../../src/api/fleet.ts'
import { until } from '../fixtures/until.ts'
import { startStack } from '../system/stack.ts'
import { complaints, startBrowser, visit } from './browser.ts'
import { visitFromElsewhere } from './elsewhere.ts'

/** Servers and workers that are added and removed by clicks. */

const stack = await startStack({ after })
const { url } = stack
const browser = await startBrowser({ after })
const page = await visit(browser, url)
const panel = page.getByRole('region', { name: 'Scale' })
const button = (name: string) => panel.getByRole('button', { name, exact: true })
const number = (role: string) => panel.locator(`output[data-role="${role}"]`)
const shows = (role: string, text: string) =>
  number(role).getByText(text, { exact: true }).waitFor()

const names = async (): Promise<string[]> =>
  ((await (await fetch(`${url}/api/fleet`)).json()) as Fleet).instances.map(({ id }) => id)

/** Vitals are told a moment after the change. */
const areAll = (...ids: string[]) =>
  until(ids.join(', '), async () => (await names()).join() === ids.join())

test('the last server cannot be removed', async () => {
  await shows('server', '1')
  assert.equal(await button('One server less').getAttribute('aria-disabled'), 'true')
  assert.equal(await button('One server more').getAttribute('aria-disabled'), 'false')
})

test('several quick clicks on + are one change, shown until it is done', async () => {
  const sent: unknown[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request.postDataJSON())
  })
  // Quicker than the pause after which it is sent, however slow this test's machine is.
  await button('One server more').evaluate((element) => {
    const { click } = element as unknown as { click: () => void }
    click.call(element)
    click.call(element)
  })
  await shows('server', '1 → 3…')
  await shows('server', '3')
  assert.deepEqual(sent, [{ server: 3 }])
  await areAll('server-1', 'server-2', 'server-3', 'worker-1')
})

test('− removes one again', async () => {
  await button('One server less').click()
  await shows('server', '2')
  await areAll('server-1', 'server-2', 'worker-1')
})

test('workers too, down to none', async () => {
  await button('One worker less').click()
  await shows('worker', '0')
  await areAll('server-1', 'server-2')
  assert.equal(await button('One worker less').getAttribute('aria-disabled'), 'true')
  await button('One worker more').click()
  await shows('worker', '1')
  await areAll('server-1', 'server-2', 'worker-1')
})

test('what was scaled in a terminal is seen here, and the command for it is told', async () => {
  const { code, stderr } = await stack.scale({ server: 1 })
  assert.equal(code, 0, stderr)
  await shows('server', '1')
  await panel.getByText('The same in a terminal').click()
  await panel.getByText('npm run unblock -- scale server=1 worker=1').waitFor()
  assert.deepEqual(complaints.get(page), [])
})

test('what the launcher counts for a moment longer is asked for again', async () => {
  let asked = 0
  await page.route('**/control', async (route) => {
    const answer = await route.fetch()
    const body = await answer.json()
    // The first two answers still have one that is leaving.
    if (++asked <= 2) body.scale.worker++
    await route.fulfill({ response: answer, json: body })
  })
  const { code, stderr } = await stack.scale({ server: 2 })
  assert.equal(code, 0, stderr)
  await shows('server', '2')
  await until('it was asked again', () => asked > 2)
  await shows('worker', '1')
  await page.unroute('**/control')
  assert.equal((await stack.scale({ server: 1 })).code, 0)
  await shows('server', '1')
})

test('from another machine the command is shown, since the launcher does not answer there', async () => {
  const other = await visitFromElsewhere(browser, url)
  const scale = other.getByRole('region', { name: 'Scale' })
  await scale.getByText('Buttons scale this stack only where it runs').waitFor()
  await scale.getByRole('button', { name: 'One server more', exact: true }).click()
  await scale.getByText('npm run unblock -- scale server=2 worker=1').waitFor()
  await other.context().close()
})

test('what cannot be done is told in words', async () => {
  await page.route('**/control/scale', (route) =>
    route.fulfill({
      status: 409,
      contentType: 'application/problem+json',
      body: JSON.stringify({ title: 'Conflict', detail: 'the stack is stopping' }),
    }),
  )
  await button('One server more').click()
  await panel.getByRole('alert').getByText('the stack is stopping').waitFor()
  await shows('server', '1')
})
