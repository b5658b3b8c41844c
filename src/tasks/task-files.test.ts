import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { folder } from '../../test/fixtures/folder.ts'
import { loadCatalogue } from './catalogue.ts'

const source = `export default { name: 'mine', summary: 'Says hello',
  params: { type: 'object', properties: {} }, run: () => 'hello' }`

test('one file is loaded without its neighbours, where that is asked for, and in threads', async (t) => {
  const dir = await folder(t, {
    'mine.mjs': source,
    'other.mjs': 'throw new Error("not this one")',
  })
  const file = path.join(dir, 'mine.mjs')
  for (const options of [{ check: true, oneFile: true }, {}])
    assert.equal((await loadCatalogue(file, options)).list().at(-1)?.name, 'mine')
})

test('what serves takes folders only', async (t) => {
  const dir = await folder(t, { 'mine.mjs': source })
  await assert.rejects(
    loadCatalogue(path.join(dir, 'mine.mjs'), { check: true }),
    /mine\.mjs: is not a folder that can be read; TASKS_DIR must be one that holds tasks$/,
  )
})

test('a file that its folder would be loaded without is refused', async (t) => {
  const dir = await folder(t, { '_mine.mjs': source })
  await assert.rejects(
    loadCatalogue(path.join(dir, '_mine.mjs')),
    /_mine\.mjs: is no task file: its name must end in \.ts, \.js or \.mjs/,
  )
})
