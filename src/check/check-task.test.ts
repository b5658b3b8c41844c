import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { folder } from '../../test/fixtures/folder.ts'
import { UsageError } from '../usage-error.ts'
import { checkSource, find } from './broken-tasks/check-source.fixture.ts'
import { taskFile } from './broken-tasks/task-file.fixture.ts'
import { checkFile } from './check-file.ts'
import { checkNames } from './check-task.ts'
import { reportText } from './report.ts'

// Smaller than by default, so that the tests take no minutes.
const fitTasks: [file: string, params: Record<string, string>, grows: RegExp][] = [
  ['src/tasks/primes.ts', { limit: '300000' }, /^limit: time grows as limit\^1\.[3-7] /m],
  ['src/tasks/mandelbrot.ts', { width: '128', height: '128' }, /^iterations: time grows/m],
  ['src/tasks/password.ts', { rounds: '6' }, /^rounds: time grows as rounds/m],
  ['examples/tasks/option-price.ts', { paths: '20000' }, /^paths: time grows as paths/m],
]
for (const [file, params, grows] of fitTasks)
  test(`${file} is fit for every executor`, async () => {
    const absolute = path.join(import.meta.dirname, '../..', file)
    const report = await checkFile(absolute, { params, growthBudgetMs: 3000 })
    assert.ok(report.fit, reportText(report))
    assert.deepEqual(
      report.checks.map(({ name }) => name),
      [...checkNames],
    )
    for (const name of ['loads', 'runs', 'same result', 'serialisable', 'progress', 'deadline'])
      assert.equal(find(report, name).verdict, 'ok', reportText(report))
    assert.match(find(report, 'growth').detail, grows)
  })

test('a whole check of a task that breaks one thing names no other', async (t) => {
  const report = await checkSource(t, taskFile('await wait(50); return Math.random()'))
  const failed = report.checks.filter(({ verdict }) => verdict === 'fail')
  assert.deepEqual(
    failed.map(({ name, reason }) => [name, reason]),
    [['same result', 'not deterministic']],
  )
  assert.deepEqual(
    report.checks.map(({ name }) => name),
    [...checkNames],
  )
})

test('what takes longer than --timeout is said so', async (t) => {
  const report = await checkSource(t, taskFile('return compute(1e6)'), { timeoutMs: 400 })
  assert.equal(find(report, 'deadline').reason, 'does not end within --timeout')
  assert.equal(find(report, 'same result').verdict, 'skipped')
})

test('a task file may import what stands beside it, and other parameters can be tried', async (t) => {
  const dir = await folder(t, {
    'mine.ts': `import { double } from './_double.ts'
      import { defineTask, Type } from 'unblock'
      export default defineTask({ name: 'mine', summary: 'Doubles', timeoutMs: 1000,
        params: Type.Object({ n: Type.Integer({ maximum: 100 }), of: Type.String({ default: 'a' }) }),
        run: ({ n, of }) => ({ n: double(n), of }) })`,
    '_double.ts': 'export const double = (n: number) => 2 * n',
    'broken.ts': 'throw new Error("not this one")',
  })
  const file = path.join(dir, 'mine.ts')
  const report = await checkFile(file, {
    params: { n: '21', of: '7' },
    only: ['same result'],
  })
  assert.ok(report.fit, reportText(report))
  assert.deepEqual(report.params, { n: 21, of: '7' })
  assert.equal(report.task, 'mine')
  assert.equal(report.file, file)

  const mistakes: [params: Record<string, string>, said: RegExp][] = [
    [{}, /^n has no default; give it one, or try a value: --param n=…$/],
    [{ n: '101' }, /^--param n must be an integer of at most 100$/],
    [{ n: 'many' }, /^--param n must be an integer/],
    [{ n: '1', m: '2' }, /^--param m is not known here; known: n, of$/],
  ]
  for (const [params, message] of mistakes)
    await assert.rejects(checkFile(file, { params }), (error) => {
      assert.ok(error instanceof UsageError)
      assert.match(error.message, message)
      return true
    })
})

const unloadable: [what: string, name: string, source: string, said: RegExp][] = [
  ['that is no task', 'mine.mjs', 'export default 1', /mine\.mjs: must export a task/],
  ['that throws', 'mine.mjs', 'throw new Error("no data")', /mine\.mjs: does not load: no data/],
  [
    'that ends the process',
    'mine.mjs',
    'process.exit(5)',
    /mine\.mjs: does not load: it ends the process \(exit code 5\)/,
  ],
  [
    'with a name that is taken',
    'mine.mjs',
    taskFile('').replace("'mine'", "'primes'"),
    /name: 'primes' is taken by a built-in task/,
  ],
  [
    'that up would not load',
    'mine.test.mjs',
    '',
    /mine\.test\.mjs: is no task file: its name must end in/,
  ],
]
for (const [what, name, source, message] of unloadable)
  test(`a file ${what} is refused in one line`, async (t) => {
    const dir = await folder(t, { [name]: source })
    await assert.rejects(checkFile(path.join(dir, name)), (error) => {
      assert.ok(error instanceof UsageError)
      assert.match(error.message, message)
      assert.doesNotMatch(error.message, /\n/)
      return true
    })
  })

test('what is no file is refused', async (t) => {
  const dir = await folder(t)
  await assert.rejects(checkFile(path.join(dir, 'no.ts')), /there is no file \S+no\.ts$/)
  await assert.rejects(checkFile(dir), /is not a file: check one task file at a time$/)
})
