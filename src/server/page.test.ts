import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import Fastify from 'fastify'
import { Type } from 'typebox'
import { loadCatalogue } from '../tasks/catalogue.ts'
import { defineTask } from '../tasks/define.ts'
import { registerPage } from './page.ts'

const nasty = defineTask({
  name: 'nasty',
  summary: '</fieldset><script>alert(1)</script>',
  params: Type.Object({
    'a"b': Type.String({ default: '"><img src=x>', maxLength: 20, description: 'a & b' }),
    colour: Type.Enum(['red', 'green'], { default: 'green' }),
    size: Type.Union([Type.Literal(1), Type.Literal(2)], { default: 2 }),
    deep: Type.Boolean({ default: true }),
    share: Type.Number({ minimum: 0.5 }),
    list: Type.Array(Type.Number()),
  }),
  run: () => null,
})

async function build(t: TestContext) {
  const app = Fastify()
  t.after(() => app.close())
  const builtIn = await loadCatalogue()
  const catalogue = { ...builtIn, list: () => [...builtIn.list(), nasty] }
  registerPage(app, { catalogue, instance: 'server-<7>' })
  return app
}

test('the page says who made it, and offers the default task with its defaults', async (t) => {
  const { statusCode, headers, body } = await (await build(t)).inject('/')
  assert.equal(statusCode, 200)
  assert.equal(headers['content-type'], 'text/html; charset=utf-8')
  assert.match(body, /server-&lt;7&gt;/)
  assert.match(body, /<option selected>primes<\/option>/)
  assert.match(body, /<fieldset data-task="primes">/)
  assert.match(body, /name="limit"[^>]* type="number" min="2" max="\d+" step="1" value="10000000"/)
  assert.match(body, /<fieldset data-task="mandelbrot" hidden disabled>/)
  assert.doesNotMatch(body, /\{\{/)
})

test('another task can be chosen by the address; an unknown one is the default', async (t) => {
  const app = await build(t)
  const chosen = async (url: string) =>
    /<option selected>([^<]+)/.exec((await app.inject(url)).body)?.[1]
  assert.equal(await chosen('/?task=password'), 'password')
  assert.equal(await chosen('/?task=none'), 'primes')
  assert.equal(await chosen('/?task=password&task=mandelbrot'), 'primes')
})

test('what comes from a task is text, never markup', async (t) => {
  const { body } = await (await build(t)).inject('/')
  assert.doesNotMatch(body, /<script>|<img/)
  assert.match(body, /&lt;\/fieldset&gt;&lt;script&gt;/)
  assert.match(body, /name="a&quot;b"[^>]* value="&quot;&gt;&lt;img src=x&gt;"/)
  assert.match(body, /a &amp; b; at most 20 characters/)
})

test('each kind of parameter has its kind of field', async (t) => {
  const { body } = await (await build(t)).inject('/?task=nasty')
  const field = (name: string) =>
    new RegExp(`<input[^>]* name="${name}".*?>|<select[^>]* name="${name}".*?</select>`).exec(
      body,
    )?.[0]
  const options = (name: string) => field(name)?.replace(/^<select[^>]*>|<\/select>$/g, '')
  assert.equal(options('colour'), '<option>red</option><option selected>green</option>')
  assert.equal(options('size'), '<option>1</option><option selected>2</option>')
  assert.equal(options('deep'), '<option selected>true</option><option>false</option>')
  assert.match(field('share') ?? '', /type="number" min="0.5" step="any">/)
  assert.equal(field('list'), undefined)
  assert.match(body, /POST it as JSON/)
})

for (const [path, type] of [
  ['/', 'text/html; charset=utf-8'],
  ['/assets/main.js', 'text/javascript; charset=utf-8'],
  ['/assets/api.js', 'text/javascript; charset=utf-8'],
  ['/assets/results.js', 'text/javascript; charset=utf-8'],
  ['/assets/style.css', 'text/css; charset=utf-8'],
  ['/assets/icon.svg', 'image/svg+xml'],
] as const) {
  test(`${path} has its type, its policy, HEAD, and a tag that spares a second transfer`, async (t) => {
    const app = await build(t)
    const { statusCode, headers, body } = await app.inject(path)
    assert.equal(statusCode, 200)
    assert.equal(headers['content-type'], type)
    assert.match(
      String(headers['content-security-policy']),
      /^default-src 'none'; script-src 'self';/,
    )
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['x-frame-options'], 'DENY')
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin')

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
  })
}

test('scripts are JavaScript, and import what is served', async (t) => {
  const app = await build(t)
  const { body } = await app.inject('/assets/main.js')
  assert.doesNotMatch(body, /import type|: Promise</)
  for (const [, path = ''] of body.matchAll(/from '\.\/(.+)'/g))
    assert.equal((await app.inject(`/assets/${path}`)).statusCode, 200, path)
})
