import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { buildPage } from './build.mjs'
import { pageIsOutOfDate, stampOf } from './out-of-date.mjs'

const parent = mkdtempSync(join(tmpdir(), 'page-'))
after(() => rmSync(parent, { recursive: true }))
const folder = join(parent, 'page')
await buildPage(folder)
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
const withEnding = (/** @type {RegExp} */ ending) => files.filter((file) => ending.test(file))
const read = (/** @type {string} */ file) => readFileSync(join(folder, file), 'utf8')

test('all that a browser loads is less than 100 KB, compressed as everybody can', () => {
  const loaded = withEnding(/\.(html|js|css|svg)$/)
  const bytes = loaded.reduce((sum, file) => sum + gzipSync(read(file)).length, 0)
  assert.ok(loaded.length >= 4)
  assert.ok(bytes > 10_000 && bytes < 100_000, `${bytes} bytes`)
})

test('it loads nothing from elsewhere, and has nothing inline that its policy would refuse', () => {
  const html = read('index.html')
  assert.doesNotMatch(html, /<style|style="|<script(?![^>]* src=)|\son\w+=/)
  for (const [, address] of html.matchAll(/(?:src|href)="([^"]*)"/g))
    assert.match(address ?? '', /^\//)
  for (const file of withEnding(/\.css$/)) assert.doesNotMatch(read(file), /url\(|@import/)
  for (const file of withEnding(/\.js$/))
    assert.doesNotMatch(read(file), /\beval\(|new Function\(|import\(["']http/)
})

test('the licences of what is in it go with it', () => {
  const licences = read('assets/licences.md')
  for (const name of ['preact', '@preact/signals', 'uplot'])
    assert.match(licences, new RegExp(name, 'i'))
  assert.match(licences, /MIT/)
})

test('a build is out of date when it was made of something else, or is not there', () => {
  assert.equal(pageIsOutOfDate(folder), false)
  writeFileSync(stampOf(folder), 'something else')
  assert.equal(pageIsOutOfDate(folder), true)
  assert.equal(pageIsOutOfDate(join(parent, 'none')), true)
})

test('everybody may read it, whoever has built it', () => {
  assert.equal(statSync(folder).mode & 0o777, 0o755)
})

test('nothing of an unfinished build is left', () => {
  assert.deepEqual(readdirSync(parent), ['page'])
})
