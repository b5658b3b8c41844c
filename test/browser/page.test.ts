import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { startStack } from '../system/stack.ts'
import { complaints, visit as open, startBrowser } from './browser.ts'

/** The page in a real browser, with a real system behind it. */

const { url } = await startStack({ after }, { servers: 2 })
const browser = await startBrowser({ after })

const visit = (path = '/', options: BrowserContextOptions = {}): Promise<Page> =>
  open(browser, new URL(path, url), options)

/** The newest result, cell by cell. */
function newest(page: Page) {
  const entry = page.locator('#results tbody').first()
  const cell = (name: string) => entry.locator(`[data-cell="${name}"]`)
  return {
    cell,
    text: async (name: string) => (await cell(name).textContent()) ?? '',
    ends: (state: string) => cell('state').getByText(state, { exact: true }).waitFor(),
  }
}

async function choose(page: Page, task: string, params: Record<string, string>): Promise<void> {
  await page.getByLabel('Task', { exact: true }).selectOption(task)
  for (const [name, value] of Object.entries(params))
    await page.getByLabel(name, { exact: true }).fill(value)
}

const run = (page: Page, button: string) => page.getByRole('button', { name: button }).click()

/** The API's answer where it takes the place of the page. */
async function answerOn(page: Page) {
  return JSON.parse((await page.textContent('body')) ?? '')
}

const milliseconds = /^\d{1,3}(,\d{3})* ms$/

test('the three links work without JavaScript', async () => {
  const follow = async (link: string) => {
    const page = await visit('/', { javaScriptEnabled: false })
    await page.getByRole('link', { name: link, exact: true }).click()
    const answer = await answerOn(page)
    await page.context().close()
    return answer
  }
  const onThread = await follow('/api/blocking')
  assert.partialDeepStrictEqual(onThread, {
    type: 'blocking',
    executor: 'thread',
    result: { primes: 664_579 },
  })
  const onLoop = await follow('/api/blocking?executor=event-loop')
  assert.partialDeepStrictEqual(onLoop, {
    type: 'blocking',
    executor: 'event-loop',
    result: { primes: 664_579 },
  })
  const onQueue = await follow('/api/non-blocking')
  assert.partialDeepStrictEqual(onQueue, { type: 'non-blocking', complete: false, task: 'primes' })
})

test('so does the form, with another task and its parameters', async () => {
  const page = await visit('/', { javaScriptEnabled: false })
  await page.getByRole('link', { name: 'password' }).click()
  await page.getByLabel('rounds').fill('1')
  await page.getByLabel('password', { exact: true }).fill('pleaseletmein')
  await run(page, 'Run on a thread')
  const { executor, result } = await answerOn(page)
  assert.equal(executor, 'thread')
  assert.match(result.hash, /^7023bdcb3afd7348/)
  await page.context().close()
})

test('a person changes a parameter, runs the task on each executor, and sees who ran it', async () => {
  const page = await visit()
  const result = newest(page)
  await choose(page, 'primes', { limit: '100000' })
  for (const [button, executor, instance] of [
    ['Run on the event loop', 'event-loop', /^server-[12]$/],
    ['Run on a thread', 'thread', /^server-[12]$/],
    ['Put on the queue', 'queue', /^server-[12] → worker-1$/],
  ] as const) {
    await run(page, button)
    await result.cell('executor').getByText(executor, { exact: true }).waitFor()
    await result.ends('done')
    assert.equal(await result.text('task'), 'primes')
    assert.match(await result.text('instance'), instance)
    assert.match(await result.text('wait'), milliseconds)
    assert.match(await result.text('run'), milliseconds)
    assert.match(await result.text('result'), /primes\s9,592/)
  }
  assert.equal(await page.locator('#results tbody').count(), 3)
  assert.equal(await page.getByRole('status').textContent(), 'primes, queue: done')
  assert.deepEqual(complaints.get(page), [])
  await page.context().close()
})

test('a picture is shown as a picture', async () => {
  const page = await visit()
  await choose(page, 'mandelbrot', { width: '300', height: '200', iterations: '500' })
  await run(page, 'Put on the queue')
  const image = page.getByRole('img', { name: 'image made by mandelbrot' })
  await image.waitFor()
  const size = await image.evaluate((element) => {
    const { naturalWidth, naturalHeight } = element as unknown as Record<string, number>
    return [naturalWidth, naturalHeight]
  })
  assert.deepEqual(size, [300, 200])
  assert.deepEqual(complaints.get(page), [])
  await page.context().close()
})

test('an invalid parameter is explained at its field, and what is put right runs', async () => {
  const page = await visit()
  await choose(page, 'primes', { limit: '1' })
  await run(page, 'Run on a thread')
  await page.getByText(/^limit must be an integer from 2 to /).waitFor()
  const field = page.getByLabel('limit')
  assert.equal(await field.getAttribute('aria-invalid'), 'true')
  assert.ok(await field.evaluate((element) => element.matches(':focus')))
  assert.equal(await page.locator('#results tbody').count(), 0)

  await field.fill('100')
  await field.press('Enter')
  await newest(page).ends('done')
  assert.equal(await newest(page).text('executor'), 'thread')
  assert.equal(await page.locator('.error:visible').count(), 0)
  await page.context().close()
})

test('a job is followed through its states to its end, past a server that goes away', async () => {
  const page = await visit()
  const states = [
    { state: 'active', progress: 0.426, worker: 'worker-1', timing: {} },
    'gone',
    { state: 'cancelled', worker: 'worker-1', timing: { waitMs: 1234, runMs: null } },
  ]
  const seen: string[] = []
  await page.route('**/api/jobs/*', async (route) => {
    assert.equal(await route.request().headerValue('prefer'), 'wait=5')
    seen.push(await newest(page).text('state'))
    const next = states.shift()
    return next === 'gone' ? route.abort() : route.fulfill({ json: next })
  })
  await choose(page, 'primes', { limit: '100' })
  await run(page, 'Put on the queue')
  await newest(page).ends('cancelled')
  assert.deepEqual(seen, ['waiting…', 'running, 42 %', 'running, 42 %'])
  assert.equal(await newest(page).text('wait'), '1,234 ms')
  assert.equal(await newest(page).text('run'), '–')
  await page.context().close()
})

test('a run that is refused says why', async () => {
  const page = await visit()
  await page.route('**/api/non-blocking*', (route) =>
    route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      headers: { 'x-served-by': 'server-2' },
      body: JSON.stringify({ title: 'Service Unavailable', detail: 'The queue is full.' }),
    }),
  )
  await run(page, 'Put on the queue')
  await newest(page).ends('failed')
  assert.equal(await newest(page).text('instance'), 'server-2')
  assert.equal(await newest(page).text('result'), 'The queue is full.')
  await page.context().close()
})

test('on a phone nothing is wider than the screen', async () => {
  const page = await visit('/', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' })
  await choose(page, 'password', { rounds: '1' })
  await run(page, 'Put on the queue')
  await newest(page).ends('done')
  const width = await page.locator('html').evaluate((element) => element.scrollWidth)
  assert.equal(width, 360)
  assert.deepEqual(complaints.get(page), [])
  await page.context().close()
})
