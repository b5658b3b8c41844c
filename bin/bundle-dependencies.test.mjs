import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isBundled, specifiers } from './bundle-dependencies.mjs'
import { bundleOf, readManifest } from './dependency-bundle.mjs'

const root = new URL('..', import.meta.url)
const preload = new URL('bundled-dependencies.mjs', import.meta.url).href

test('the bundle is that of the installed packages, and holds every module of the list', () => {
  assert.ok(isBundled())
  const { modules = {} } = readManifest(root) ?? {}
  assert.deepEqual(Object.keys(modules), specifiers)
  const files = readdirSync(bundleOf(root))
  for (const file of Object.values(modules)) assert.ok(files.includes(file), file)
})

test('a module of the bundle exports what the package exports', () => {
  /** @param {string[]} modules what to import, in a process without the bundle */
  const exportsOf = (modules) => {
    const code = modules.map((each) => `Object.keys(await import(${JSON.stringify(each)})).sort()`)
    const args = ['--input-type=module', '-e', `console.log(JSON.stringify([${code}]))`]
    const names = execFileSync(process.execPath, args, {
      encoding: 'utf8',
      cwd: fileURLToPath(root),
    })
    return JSON.parse(names).map((/** @type {string[]} */ each) =>
      each.filter((name) => !['module.exports', '__esModule'].includes(name)),
    )
  }
  const { modules = {} } = readManifest(root) ?? {}
  const bundled = Object.values(modules).map((file) => new URL(file, bundleOf(root)).href)
  assert.deepEqual(exportsOf(bundled), exportsOf(specifiers))
})

test('the sources load it, on threads as well; the packages load what is installed', () => {
  const script = fileURLToPath(new URL('../test/fixtures/where-from.mjs', import.meta.url))
  const where = (/** @type {string[]} */ ...args) =>
    execFileSync(process.execPath, [...args, script], { encoding: 'utf8' })
      .trim()
      .split('\n')
  const installed = fileURLToPath(new URL('node_modules/ioredis/', root))
  const [own, ...ofThread] = where('--import', preload)
  const [bundled, plain] = JSON.parse(own ?? '')
  assert.equal(bundled, new URL(readManifest(root)?.modules.ioredis ?? '', bundleOf(root)).href)
  assert.ok(plain.startsWith(installed), plain)
  assert.deepEqual(ofThread, [own])
  for (const line of where()) assert.doesNotMatch(line, /\.cache/)
})
