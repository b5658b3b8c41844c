import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { until } from '../fixtures/until.ts'
import { startStack } from '../system/stack.ts'
import { complaints, visit as open, startBrowser } from './browser.ts'

/** Running work as a person does, in a real browser, with a real system behind it. */

const tasks = fileURLToPath(new URL('../../examples/tasks', import.meta.url))
const { url } = await startStack({ after }, { servers: 2, args: ['--tasks', tasks] })
const browser = await startBrowser({ after })

const visit = (options: BrowserContextOptions = {}): Promise<Page> => open(browser, url, options)

/** The newest run, cell by cell. */
function newest(page: Page) {
  const row = page.locator('tr[data-entry]').first()
  const cell = (name: string) => row.locator(`[data-cell="${name}"]`)
  return {
    row,
    cell,
    text: async (name: string) => (await cell(name).textContent()) ?? '',
    ends: (state: string) =>
      page.locator(`tr[data-entry][data-state="${state}"]`).first().waitFor(),
  }
}

const form = (page: Page) => page.locator('.work form')
const rows = (page: Page) => page.locator('tr[data-entry]').count()
const run = (page: Page) => form(page).getByRole('button', { name: 'Run' }).click()

async function choose(page: Page, task: string, params: Record<string, string>): Promise<void> {
  await form(page).getByLabel('Task', { exact: true }).selectOption(task)
  for (const [name, value] of Object.entries(params))
    await form(page).getByLabel(name, { exact: true }).fill(value)
}

const milliseconds = /^\d{1,3}(,\d{3})* ms$/

test('a person runs a task on each executor, and sees who ran it and for how long', async () => {
  const page = await visit()
  const result = newest(page)
  await page.getByText('Nothing yet.').waitFor()
  await choose(page, 'primes', { limit: '100000' })
  for (const [place, executor, instance] of [
    ['On the event loop', 'event-loop', /^server-[12]$/],
    ['On a thread', 'thread', /^server-[12]$/],
    ['On the queue', 'queue', /^server-[12] → worker-1$/],
  ] as const) {
    await page.getByLabel(place).check()
    await run(page)
    await result.cell('executor').getByText(executor, { exact: true }).waitFor()
    await result.cell('state').getByText('completed', { exact: true }).waitFor()
    assert.equal(await result.text('task'), 'primes')
    assert.match(await result.text('instance'), instance)
    assert.match(await result.text('wait'), milliseconds)
    assert.match(await result.text('run'), milliseconds)
    assert.match(await result.text('result'), /primes\s9,592/)
  }
  assert.equal(await rows(page), 3)
  await page.locator('.work [role="status"]').getByText('queue: completed').waitFor()
  await page.getByRole('button', { name: 'Clear ended' }).click()
  await page.getByText('Nothing yet.').waitFor()
  assert.deepEqual(complaints.get(page), [])
  await page.context().close()
})

test('a picture is shown as a picture', async () => {
  const page = await visit()
  await choose(page, 'mandelbrot', { width: '300', height: '200', iterations: '500' })
  await page.getByLabel('On the queue').check()
  await run(page)
  const image = page.getByRole('img', { name: 'image made by mandelbrot' })
  await image.scrollIntoViewIfNeeded()
  const size = await until('it is there', () =>
    image.evaluate((element) => {
      const { naturalWidth, naturalHeight } = element as unknown as Record<string, number>
      return naturalWidth! > 0 && [naturalWidth, naturalHeight]
    }),
  )
  assert.deepEqual(size, [300, 200])
  assert.deepEqual(complaints.get(page), [])
  await page.context().close()
})

test('an invalid parameter is explained at its field, and what is put right runs', async () => {
  const page = await visit()
  const field = form(page).getByLabel('limit')
  await choose(page, 'primes', { limit: '1' })
  await page.getByLabel('On a thread').check()
  await run(page)
  const error = page.getByText(/^limit must be an integer from 2 to /)
  await error.waitFor()
  assert.equal(await field.getAttribute('aria-invalid'), 'true')
  assert.ok(await field.evaluate((element) => element.matches(':focus')))
  const described = (await field.getAttribute('aria-describedby')) ?? ''
  assert.ok(described.split(' ').includes((await error.getAttribute('id')) ?? ''))
  assert.equal(await rows(page), 0)

  await field.fill('100')
  assert.equal(await error.count(), 0)
  await field.press('Enter')
  await newest(page).ends('completed')
  assert.equal(await newest(page).text('executor'), 'thread')

  // What cannot be sent at all is said without a request.
  await field.fill('')
  await field.press('Enter')
  await page.getByText('limit must be a number').waitFor()
  assert.equal(await rows(page), 1)
  await page.context().close()
})

test('runs are cancelled: a job, and a request whose client leaves', async () => {
  const page = await visit()
  await choose(page, 'primes', { limit: '40000000' })
  for (const place of ['On the queue', 'On a thread']) {
    await page.getByLabel(place).check()
    await run(page)
    await page.locator('tr[data-entry][data-state="active"]').waitFor()
    await newest(page).row.getByRole('progressbar').waitFor()
    await newest(page).row.getByRole('button', { name: 'Cancel' }).click()
    await newest(page).cell('state').getByText('cancelled', { exact: true }).waitFor()
    assert.equal(await newest(page).row.getByRole('button', { name: 'Cancel' }).count(), 0)
  }
  await page.context().close()
})

test('whoever cancels and clears with the keyboard does not lose their place', async () => {
  const page = await visit()
  const isFocused = (locator: Locator) => locator.evaluate((each) => each.matches(':focus'))
  await choose(page, 'primes', { limit: '40000000' })
  await page.getByLabel('On the queue').check()
  await run(page)
  await page.locator('tr[data-entry][data-state="active"]').waitFor()
  const { row } = newest(page)
  await row.getByRole('button', { name: 'Cancel' }).press('Enter')
  await newest(page).ends('cancelled')
  await row.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'detached' })
  assert.ok(await isFocused(row.getByRole('button', { name: 'curl' })))
  await page.getByRole('button', { name: 'Clear ended' }).press('Enter')
  await page.getByText('Nothing yet.').waitFor()
  assert.ok(await isFocused(page.getByRole('heading', { name: 'Runs' })))
  assert.deepEqual(complaints.get(page), [])
  await page.context().close()
})

test('a series is sent at its rate and followed to its end; another one is stopped', async () => {
  const page = await visit()
  await choose(page, 'primes', { limit: '1000' })
  await page.getByLabel('On the queue').check()
  await form(page).getByLabel('How many').fill('10')
  await form(page).getByLabel('Per second').fill('50')
  await run(page)
  await until('all are completed', async () => {
    const ended = await page.locator('tr[data-entry][data-state="completed"]').count()
    return ended === 10
  })
  await form(page).getByLabel('Per second').fill('0.5')
  await run(page)
  await page.getByRole('button', { name: /^Stop \(\d+ of 10 sent\)$/ }).click()
  await page.getByRole('button', { name: /^Stop/ }).waitFor({ state: 'detached' })
  assert.ok((await rows(page)) < 20)

  await form(page).getByLabel('How many').fill('101')
  await run(page)
  await page.getByText('must be a whole number from 1 to 100').waitFor()
  await page.context().close()
})

test('of many runs twenty are shown, until one asks for all', async () => {
  const page = await visit()
  await choose(page, 'primes', { limit: '100' })
  await page.getByLabel('On a thread').check()
  await form(page).getByLabel('How many').fill('25')
  await form(page).getByLabel('Per second').fill('50')
  await run(page)
  await page.getByRole('button', { name: 'Show all 25' }).click()
  await until('all are completed', async () => {
    const ended = await page.locator('tr[data-entry][data-state="completed"]').count()
    return ended === 25
  })
  await page.context().close()
})

test('the curl line that is shown makes the same request', async () => {
  const page = await visit({ permissions: ['clipboard-read', 'clipboard-write'] })
  await choose(page, 'password', { password: `it's $HOME "twice" \\`, rounds: '1' })
  await page.getByLabel('On a thread').check()
  await run(page)
  await newest(page).ends('completed')
  await newest(page).row.getByRole('button', { name: 'curl' }).click()
  const line = (await page.locator('[data-cell="curl"]').textContent()) ?? ''
  const { stdout } = await promisify(execFile)('sh', ['-c', line])
  const { executor, result } = JSON.parse(stdout)
  assert.equal(executor, 'thread')
  assert.ok((await newest(page).text('result')).includes(result.hash))

  await page.getByRole('button', { name: 'Copy' }).click()
  await page.getByText('Copied').waitFor()
  // biome-ignore lint/suspicious/noExplicitAny: the test's own types know no clipboard
  const copied = await page.evaluate(() => (navigator as any).clipboard.readText())
  assert.equal(copied, line)
  await page.context().close()
})

test("a user's own task has a form of its own, and runs", async () => {
  const page = await visit()
  await choose(page, 'option-price', { paths: '1000', dates: '2', rate: '0.01' })
  await page.getByText('futures to play through').waitFor()
  await page.getByLabel('On the queue').check()
  await run(page)
  await newest(page).cell('result').waitFor()
  assert.match(await newest(page).text('result'), /standardError\s\d/)
  await page.context().close()
})

test('a job is followed through its states to its end, past a server that goes away', async () => {
  const page = await visit()
  const states = [
    { state: 'active', progress: 0.426, attempts: 2, worker: 'worker-1', timing: { waitMs: 1 } },
    'gone',
    { state: 'cancelled', worker: 'worker-1', timing: { waitMs: 1234, runMs: null } },
  ]
  const seen: string[] = []
  await page.route('**/api/jobs/*', async (route) => {
    seen.push(await newest(page).text('state'))
    const next = states.shift()
    return next === 'gone' ? route.abort() : route.fulfill({ json: next })
  })
  await choose(page, 'primes', { limit: '100' })
  await page.getByLabel('On the queue').check()
  await run(page)
  await newest(page).ends('cancelled')
  const running = 'running, 42 % attempt 2'
  assert.deepEqual(seen, ['waiting… ', running, running])
  assert.equal(await newest(page).text('wait'), '1,234 ms')
  assert.equal(await newest(page).text('run'), '–')
  await page.context().close()
})

test('a run that is refused says why, and by whom', async () => {
  const page = await visit()
  await page.route('**/api/non-blocking', (route) =>
    route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      headers: { 'x-served-by': 'server-2' },
      body: JSON.stringify({ title: 'Service Unavailable', detail: 'The queue is full.' }),
    }),
  )
  await page.getByLabel('On the queue').check()
  await run(page)
  await newest(page).ends('failed')
  assert.equal(await newest(page).text('instance'), 'server-2')
  assert.equal(await newest(page).text('error'), 'The queue is full.')
  await page.context().close()
})

test('without the list of tasks it says so, and tries again when asked to', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  let isAway = true
  // Without news of the fleet it is asked for only.
  await page.route('**/api/fleet/events', (route) => route.abort())
  await page.route('**/api/tasks', (route) => (isAway ? route.abort() : route.continue()))
  await page.goto(url)
  await page.getByText('The tasks are not known: No server answered.').waitFor()
  isAway = false
  await page.locator('.work').getByRole('button', { name: 'Try again' }).press('Enter')
  await form(page).getByLabel('Task', { exact: true }).waitFor()
  const heading = page.getByRole('heading', { name: 'Run work' })
  assert.ok(await heading.evaluate((element) => element.matches(':focus')))
  await context.close()
})

test('on a phone nothing is wider than the screen', async () => {
  const page = await visit({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' })
  await choose(page, 'password', { rounds: '1' })
  await page.getByLabel('On the queue').check()
  await run(page)
  await newest(page).ends('completed')
  await newest(page).row.getByRole('button', { name: 'curl' }).click()
  const width = await page.locator('.work').evaluate((element) => element.scrollWidth)
  assert.ok(width <= 360, `${width}`)
  await page.context().close()
})
