import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { folder } from '../../test/fixtures/folder.ts'
import { taskFile } from './broken-tasks/task-file.fixture.ts'
import { parseTime } from './command.ts'

const cli = fileURLToPath(new URL('../cli.ts', import.meta.url))

/** Runs `unblock check` in a folder of its own. */
function check(cwd: string, ...args: string[]) {
  const { promise, resolve } = Promise.withResolvers<{
    code: unknown
    stdout: string
    stderr: string
  }>()
  execFile(process.execPath, [cli, 'check', ...args], { cwd }, (error, stdout, stderr) =>
    resolve({ code: error?.code ?? 0, stdout, stderr }),
  )
  return promise
}

test('a task that is fit: a list that says so, and exit code 0', async (t) => {
  const dir = await folder(t, { 'mine.mjs': taskFile('return { n: 1 }') })
  const { code, stdout, stderr } = await check(dir, 'mine.mjs')
  assert.match(stdout, /^mine \(mine\.mjs\)\nok {3}loads /)
  assert.match(stdout, /^ok {3}same result +event loop, thread and queue agree \(2 runs each, /m)
  assert.match(stdout, /\nfit for every executor\n$/)
  assert.equal(stderr, '')
  assert.equal(code, 0)
})

test('a task that is not fit: why, what to do, and exit code 1', async (t) => {
  const dir = await folder(t, { 'mine.mjs': taskFile('return Math.random()') })
  const { code, stdout } = await check(dir, 'mine.mjs')
  assert.match(stdout, /^FAIL same result +not deterministic: result is 0\.\d+ .*\n +→ a run may/m)
  assert.match(stdout, /\nnot fit: 1 of \d checks failed\n$/)
  assert.equal(code, 1)
})

test('--json is the same as one object', async (t) => {
  const params = `n: { type: 'integer' }, s: { type: 'string' }`
  const source = taskFile('progress(7); return params', { params })
  const dir = await folder(t, { 'mine.mjs': source })
  const args = ['--param', 'n=3', '--param', 's=a=b', '--json']
  const { code, stdout } = await check(dir, 'mine.mjs', ...args)
  const report = JSON.parse(stdout)
  assert.deepEqual(Object.keys(report), ['task', 'file', 'params', 'fit', 'checks'])
  assert.deepEqual(report.params, { n: 3, s: 'a=b' })
  assert.equal(report.fit, false)
  for (const each of report.checks) {
    const fields = ['name', 'verdict', 'reason', 'detail', 'advice', 'figures']
    assert.deepEqual(Object.keys(each).sort(), fields.sort())
    assert.match(each.verdict, /^(ok|warn|fail|skipped)$/)
  }
  const progress = report.checks.find((each: { name: string }) => each.name === 'progress')
  assert.equal(progress.reason, 'outside 0 to 1')
  assert.equal(code, 1)
})

const mistakes: [args: string[], said: RegExp][] = [
  [['nowhere.ts'], /^error: there is no file nowhere\.ts\n$/],
  [['broken.ts'], /^error: broken\.ts: does not load: no data\n$/],
  [['mine.mjs', '--param', 'n'], /^error: --param n: must be name=value, such as limit=1000\n$/],
  [['mine.mjs', '--param', 'n=1'], /^error: --param n is not known here\n$/],
  [['mine.mjs', '--timeout', '5'], /^error: --timeout 5: must be a time from 1ms to 60m/],
]
for (const [args, said] of mistakes)
  test(`unblock check ${args.join(' ')}: one clear line`, async (t) => {
    const dir = await folder(t, {
      'mine.mjs': taskFile('return 1'),
      'broken.ts': 'throw new Error("no data")',
    })
    const { code, stdout, stderr } = await check(path.resolve(dir), ...args)
    assert.match(stderr, said)
    assert.equal(stdout, '')
    assert.equal(code, 1)
  })

test('times are numbers with a unit', () => {
  assert.deepEqual(['500ms', '30s', '1.5s', '2m'].map(parseTime), [500, 30_000, 1500, 120_000])
  for (const wrong of ['', '5', '0s', '-1s', '2h', '61m']) assert.throws(() => parseTime(wrong))
})
