import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import Fastify from 'fastify'
import { registerPage } from './page.ts'

/** The page as `npm run build` has made it, which `npm test` does first. */
async function build(t: TestContext) {
  const app = Fastify()
  t.after(() => app.close())
  registerPage(app, { instance: 'server-<7>', control: 'local' })
  const { body } = await app.inject('/')
  const assets = [...body.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!)
  return { app, body, assets }
}

test('the page says who made it and what it can control, and loads files that are there', async (t) => {
  const { app, body, assets } = await build(t)
  assert.match(body, /data-instance="server-&#60;7&#62;" data-control="local"/)
  assert.match(body, /came from <strong>server-&#60;7&#62;<\/strong>/)
  assert.doesNotMatch(body, /\{\{|<7>/)
  assert.deepEqual(assets.map((path) => path.split('.').at(-1)).sort(), ['css', 'js', 'svg'])
  for (const path of assets) assert.equal((await app.inject(path)).statusCode, 200, path)
})

test('without a script there are three links, and words that say so', async (t) => {
  const [, noscript = ''] = /<noscript>(.*?)<\/noscript>/s.exec((await build(t)).body) ?? []
  assert.match(noscript, /needs JavaScript/)
  for (const link of ['/api/blocking?executor=event-loop', '/api/blocking', '/api/non-blocking'])
    assert.ok(noscript.includes(`href="${link}"`), link)
})

test('every file has its type, its policy and a tag, and is not sent to whoever has it', async (t) => {
  const { app, assets } = await build(t)
  const types: Record<string, string> = {
    js: 'text/javascript; charset=utf-8',
    css: 'text/css; charset=utf-8',
    svg: 'image/svg+xml',
    '/': 'text/html; charset=utf-8',
  }
  for (const path of ['/', ...assets]) {
    const { headers, body } = await app.inject(path)
    assert.equal(headers['content-type'], types[path.split('.').at(-1)!], path)
    assert.match(String(headers['content-security-policy']), /^default-src 'none';/)
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe/)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['x-frame-options'], 'DENY')
    const isPage = path === '/'
    assert.match(String(headers['cache-control']), isPage ? /^no-cache$/ : /immutable/, path)

    const head = await app.inject({ method: 'HEAD', url: path })
    assert.equal(head.statusCode, 200)
    assert.equal(head.body, '')
    assert.equal(head.headers['content-length'], String(Buffer.byteLength(body)))

    for (const tag of [String(headers.etag), `"other", W/${headers.etag}`, '*']) {
      const again = await app.inject({ url: path, headers: { 'if-none-match': tag } })
      assert.equal(again.statusCode, 304)
      assert.equal(again.body, '')
      assert.equal(again.headers.etag, headers.etag)
    }
    const changed = await app.inject({ url: path, headers: { 'if-none-match': '"other"' } })
    assert.equal(changed.statusCode, 200)
  }
})

test('a browser gets files compressed; each encoding has a tag of its own', async (t) => {
  const { app, assets } = await build(t)
  for (const path of assets) {
    const plain = await app.inject(path)
    const tags = new Set([plain.headers.etag])
    for (const [encoding, unpack] of [
      ['br', brotliDecompressSync],
      ['gzip', gunzipSync],
    ] as const) {
      const { headers, rawPayload } = await app.inject({
        url: path,
        headers: { 'accept-encoding': encoding },
      })
      assert.equal(headers['content-encoding'], encoding)
      assert.equal(headers.vary, 'Accept-Encoding')
      assert.ok(rawPayload.length < plain.rawPayload.length, path)
      assert.deepEqual(unpack(rawPayload), plain.rawPayload)
      tags.add(headers.etag)
    }
    assert.equal(tags.size, 3)
  }
})

test('a file that there is not is not found', async (t) => {
  const { app } = await build(t)
  for (const name of ['main.js', '..%2Findex.html', 'a%00b'])
    assert.equal((await app.inject(`/assets/${name}`)).statusCode, 404, name)
})
