import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { loadCatalogue, TaskFileError } from './catalogue.ts'

/** A folder outside of this package with these files, gone after the test. */
async function folder(t: TestContext, files: Record<string, string>): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'unblock-tasks-'))
  t.after(() => rm(dir, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(dir, name)), { recursive: true })
    await writeFile(path.join(dir, name), text)
  }
  return dir
}

const context = { progress() {}, signal: new AbortController().signal }

const typeScript = `
import { defineTask, Type } from 'unblock'
export default defineTask({
  name: 'double',
  summary: 'Doubles a number',
  params: Type.Object({ n: Type.Integer({ minimum: 0, default: 21 }) }),
  run({ n }: { n: number }, { progress }) {
    progress(1)
    return { doubled: 2 * n }
  },
})`

/** A task file without imports; `changes` go on top of what is right. */
const plain = (changes = '') => `export default {
  name: 'plain',
  summary: 'Says hello',
  params: { type: 'object', properties: {} },
  run: () => 'hello',
  ${changes}
}`

test('without a folder there are the built-in tasks, primes being the default', async () => {
  const catalogue = await loadCatalogue('', { check: true })
  const names = catalogue.list().map((task) => task.name)
  assert.deepEqual(names, ['primes', 'mandelbrot', 'password'])
  assert.equal(catalogue.default, catalogue.get('primes'))
  assert.equal(catalogue.get('toString'), undefined)
})

test('every built-in task runs with its defaults alone', async () => {
  const { paramsMistake } = await import('./params-check.ts')
  for (const { name, params } of (await loadCatalogue()).list()) {
    assert.equal(paramsMistake(params), undefined, name)
    for (const [field, schema] of Object.entries(params.properties))
      assert.ok('default' in schema && 'description' in schema, `${name}.${field}`)
  }
})

test('tasks of a folder elsewhere come after them, in TypeScript and JavaScript', async (t) => {
  const dir = await folder(t, {
    'double.ts': typeScript,
    'plain.mjs': plain(),
    'typed.js': `import { Type } from 'typebox'
      import { half } from './_half.js'
      export default { name: 'half', summary: 'Halves', params: Type.Object({ n: Type.Number() }),
        run: ({ n }) => half(n) }`,
    '_half.js': 'export const half = (n) => n / 2',
    'common.js': `const { defineTask, Type } = require('unblock')
      module.exports = defineTask({ name: 'common', summary: 'CommonJS', params: Type.Object({}),
        run: () => 'required' })`,
  })
  const catalogue = await loadCatalogue(dir, { check: true })
  const names = catalogue.list().map((task) => task.name)
  assert.deepEqual(names.slice(3), ['common', 'double', 'plain', 'half'])
  assert.deepEqual(catalogue.get('double')?.run({ n: 4 }, context), { doubled: 8 })
  assert.equal(catalogue.get('half')?.run({ n: 3 }, context), 1.5)
  assert.equal(catalogue.get('common')?.run({}, context), 'required')
})

test('files that are no task files are left alone', async (t) => {
  const dir = await folder(t, {
    'plain.ts': plain(),
    'plain.test.ts': 'throw new Error("a test")',
    'plain.d.ts': 'throw new Error("a declaration")',
    '_shared.ts': 'throw new Error("shared")',
    '.hidden.js': 'throw new Error("hidden")',
    'README.md': '# Tasks',
    'data.json': '{}',
    'sub/other.ts': 'throw new Error("in a subfolder")',
    'folder.ts/other.txt': '',
  })
  const catalogue = await loadCatalogue(dir, { check: true })
  assert.equal(catalogue.list().length, 4)
})

test('schemas are closed, and neither list nor tasks can be changed', async (t) => {
  const catalogue = await loadCatalogue(await folder(t, { 'double.ts': typeScript }))
  for (const task of catalogue.list()) {
    assert.partialDeepStrictEqual(task.params, { additionalProperties: false })
    assert.ok(Object.isFrozen(task) && Object.isFrozen(task.params))
  }
  assert.ok(Object.isFrozen(catalogue) && Object.isFrozen(catalogue.list()))
})

test('a thread loads the same tasks', async (t) => {
  const dir = await folder(t, { 'double.ts': typeScript })
  const source = `
    import { parentPort, workerData } from 'node:worker_threads'
    const { loadCatalogue } = await import(workerData.module)
    const catalogue = await loadCatalogue(workerData.dir)
    parentPort.postMessage(catalogue.get('double').run({ n: 5 }, { progress() {} }))`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
    workerData: { dir, module: new URL('./catalogue.ts', import.meta.url).href },
  })
  const answer = await new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  assert.deepEqual(answer, { doubled: 10 })
})

test('a name that is taken is refused with both places', async (t) => {
  const dir = await folder(t, { 'a.ts': plain(), 'b.js': plain() })
  await assert.rejects(loadCatalogue(dir), {
    name: 'TaskFileError',
    message: `${path.join(dir, 'b.js')}: name: 'plain' is taken by ${path.join(dir, 'a.ts')}`,
  })
  const builtIn = await folder(t, { 'mine.ts': plain(`name: 'primes'`) })
  await assert.rejects(
    loadCatalogue(builtIn),
    /mine\.ts: name: 'primes' is taken by a built-in task$/,
  )
})

test('a folder that is not there is refused', async (t) => {
  const dir = path.join(await folder(t, {}), 'nowhere')
  await assert.rejects(loadCatalogue(dir), /nowhere: there is no such folder; TASKS_DIR must be/)
})

const mistakes: [what: string, source: string, message: RegExp][] = [
  ['a syntax error', 'export default {\n  name: = 3\n}', /does not load: .+ \(task\.ts:2\)$/],
  ['unsupported TypeScript', 'enum A { B }', /does not load: TypeScript enum is not supported/],
  ['a missing file', `import './nowhere.ts'`, /does not load: Cannot find module .*nowhere\.ts/],
  ['a missing package', `import 'nowhere'`, /does not load: Cannot find package 'nowhere'/],
  ['code that throws', 'throw new Error("no data\\nat all")', /does not load: no data$/],
  ['no export', 'const task = 1', /must export a task: export default defineTask/],
  ['only a named export', 'export const task = 1', /must export a task: export default/],
  ['something else', 'export default () => 1', /must export a task: export default/],
  ['no name', plain('name: undefined'), /name: must be lower case letters, digits and dashes/],
  ['a bad name', plain(`name: 'My Task'`), /name: must be lower case letters, digits and dashes/],
  ['no summary', plain('summary: undefined'), /summary: must be one line/],
  ['a long summary', plain(`summary: 'a\\nb'`), /summary: must be one line/],
  ['no run', plain('run: 1'), /run: must be a function/],
  ['a cost that is no function', plain('cost: 3'), /cost: must be a function \(params\)/],
  [
    'a cost that is no number',
    plain(`cost: () => '3'`),
    /cost\(params\) must return .* returned 3$/,
  ],
  [
    'a cost that throws',
    plain('cost: () => nowhere'),
    /cost\(params\) must return .* threw: nowhere/,
  ],
  ['a fractional limit', plain('timeoutMs: 0.5'), /timeoutMs: must be a whole number/],
  ['a limit of 0', plain('timeoutMs: 0'), /timeoutMs: must be a whole number/],
  ['no schema', plain('params: undefined'), /params: must be the schema of an object/],
  [
    'another schema',
    plain(`params: { type: 'string' }`),
    /params: must be the schema of an object/,
  ],
  [
    'an invalid schema',
    plain(`params: { type: 'object', properties: { n: { type: 'int' } } }`),
    /params: is not a valid JSON Schema: /,
  ],
  [
    'an open schema',
    plain(`params: { type: 'object', properties: {}, additionalProperties: true }`),
    /params: must name every field/,
  ],
  [
    'a default out of range',
    plain(
      `params: { type: 'object', properties: { n: { type: 'integer', minimum: 2, default: 1 } } }`,
    ),
    /params\.n: its default, 1, must be >= 2$/,
  ],
  ...['task', 'executor', 'timeoutMs', 'priority'].map((name): [string, string, RegExp] => [
    `a parameter called ${name}`,
    plain(`params: { type: 'object', properties: { ${name}: { type: 'string' } } }`),
    new RegExp(`params\\.${name}: this name is a field of every request`),
  ]),
  ...['__proto__', 'constructor', 'prototype'].map((name): [string, string, RegExp] => [
    `a parameter called ${name}`,
    plain(`params: { type: 'object', properties: { ['${name}']: { type: 'string' } } }`),
    new RegExp(`params\\.${name}: this name is not safe`),
  ]),
]
for (const [what, source, message] of mistakes) {
  test(`a task file with ${what} is refused in one line that names it`, async (t) => {
    const dir = await folder(t, { 'task.ts': source })
    await assert.rejects(loadCatalogue(dir, { check: true }), (error) => {
      assert.ok(error instanceof TaskFileError)
      assert.ok(error.message.startsWith(`${path.join(dir, 'task.ts')}: `), error.message)
      assert.match(error.message, message)
      assert.doesNotMatch(error.message, /\n/)
      return true
    })
  })
}
