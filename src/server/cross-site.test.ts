import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import Fastify, { type InjectOptions } from 'fastify'
import { sharedSchemas } from './described.ts'
import { registerErrors } from './errors.ts'
import { addPath } from './route.ts'
import type { Service } from './service.ts'

/** Requests that a page of another site makes a browser send. */

async function build(t: TestContext) {
  const app = Fastify()
  t.after(() => app.close())
  for (const schema of sharedSchemas) app.addSchema(schema)
  registerErrors(app, {} as Service)
  let started = 0
  const work = { schema: {}, startsWork: true, handler: () => ({ started: ++started }) }
  const look = { schema: {}, handler: () => ({ started }) }
  addPath(app, '/work', { GET: work, POST: work, DELETE: work })
  addPath(app, '/look', { GET: look })
  const ask = (method: NonNullable<InjectOptions['method']>, url: string, site?: string) =>
    app.inject({ method, url, headers: site === undefined ? {} : { 'sec-fetch-site': site } })
  return { app, ask, started: () => started }
}

for (const method of ['GET', 'POST', 'DELETE'] as const) {
  test(`a ${method} that starts work is refused from another site, before any work`, async (t) => {
    const { ask, started } = await build(t)
    const { statusCode, headers, body } = await ask(method, '/work', 'cross-site')
    assert.equal(statusCode, 403)
    assert.match(String(headers['content-type']), /^application\/problem\+json\b/)
    const { detail, errors } = JSON.parse(body)
    assert.match(detail, /Another site/)
    assert.equal(errors[0].field, 'Sec-Fetch-Site')
    assert.equal(started(), 0)
  })

  test(`a ${method} goes on from here, the address bar, and programs`, async (t) => {
    const { ask, started } = await build(t)
    for (const site of ['same-origin', 'same-site', 'none', undefined])
      assert.equal((await ask(method, '/work', site)).statusCode, 200, `from ${site}`)
    assert.equal(started(), 4)
  })
}

test('where the browser does not say where it comes from, the page that it names does', async (t) => {
  const { app } = await build(t)
  const status = async (headers: Record<string, string>) =>
    (await app.inject({ url: '/work', headers: { host: 'box:8080', ...headers } })).statusCode
  assert.equal(await status({ referer: 'http://elsewhere/page' }), 403)
  assert.equal(await status({ origin: 'http://elsewhere' }), 403)
  assert.equal(await status({ origin: 'null' }), 403)
  assert.equal(await status({ referer: 'http://box:8080/' }), 200)
  assert.equal(await status({ origin: 'https://box', referer: 'http://elsewhere/' }), 200)
})

test('a POST is refused before its body is judged', async (t) => {
  const { app, started } = await build(t)
  const headers = { 'content-type': 'text/none' }
  const post = { method: 'POST', url: '/work', payload: 'not JSON' } as const
  assert.equal((await app.inject({ ...post, headers })).statusCode, 415)
  const fromElsewhere = { ...headers, 'sec-fetch-site': 'cross-site' }
  assert.equal((await app.inject({ ...post, headers: fromElsewhere })).statusCode, 403)
  assert.equal(started(), 0)
})

test('whoever only looks may come from anywhere', async (t) => {
  const { ask } = await build(t)
  for (const method of ['GET', 'HEAD', 'OPTIONS'] as const)
    assert.ok((await ask(method, '/look', 'cross-site')).statusCode < 300, method)
})
