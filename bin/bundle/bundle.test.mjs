import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isBundled, specifiers } from './make.mjs'
import { folderOf, readManifest } from './manifest.mjs'

const root = new URL('../..', import.meta.url)
const preload = new URL('preload.mjs', import.meta.url).href

test('the bundle is that of the installed packages, and holds every module of the list', () => {
  assert.ok(isBundled())
  const { modules = {} } = readManifest(root) ?? {}
  assert.deepEqual(Object.keys(modules), specifiers)
  for (const file of Object.values(modules))
    assert.ok(existsSync(new URL(file, folderOf(root))), file)
})

test('a module of the bundle exports what the package exports', () => {
  /** @param {string[]} modules what to import, in a process without the bundle */
  const exportsOf = (modules) => {
    const code = `const kinds = async (each) =>
        Object.entries(await import(each)).map(([name, value]) => name + ' ' + typeof value).sort()
      console.log(JSON.stringify(await Promise.all(${JSON.stringify(modules)}.map(kinds))))`
    const args = ['--input-type=module', '-e', code]
    const names = execFileSync(process.execPath, args, {
      encoding: 'utf8',
      cwd: fileURLToPath(root),
    })
    return JSON.parse(names).map((/** @type {string[]} */ each) =>
      each.filter((kind) => !/^(module\.exports|__esModule) /.test(kind)),
    )
  }
  const { modules = {} } = readManifest(root) ?? {}
  const bundled = Object.values(modules).map((file) => new URL(file, folderOf(root)).href)
  assert.deepEqual(exportsOf(bundled), exportsOf(specifiers))
})

test('the sources load it, on threads as well; packages, and files elsewhere, what they find', (t) => {
  const script = readFileSync(new URL('where-from.mjs', import.meta.url), 'utf8')
  const where = (/** @type {string} */ folder) => {
    const file = join(mkdtempSync(join(fileURLToPath(root), folder, 'where-')), 'where.mjs')
    t.after(() => rmSync(dirname(file), { recursive: true }))
    writeFileSync(file, script)
    const lines = execFileSync(process.execPath, ['--import', preload, file], { encoding: 'utf8' })
    return lines.trim().split('\n')
  }
  const installed = new URL('node_modules/ioredis/built/index.js', root).href
  const bundled = new URL(readManifest(root)?.modules.ioredis ?? '', folderOf(root)).href
  // By `import`, and by `require`, of the main thread and of another one.
  assert.deepEqual(where('test'), [bundled, installed, bundled, installed])
  for (const folder of ['examples', 'node_modules/bullmq'])
    assert.deepEqual(where(folder), [installed, installed, installed, installed])
})
