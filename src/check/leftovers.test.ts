import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { atEnd } from '../../test/fixtures/at-end.ts'
import { folder } from '../../test/fixtures/folder.ts'
import { until } from '../../test/fixtures/until.ts'
import { taskFile } from './broken-tasks/task-file.fixture.ts'

const cli = fileURLToPath(new URL('../cli.ts', import.meta.url))

/** The command on a file of this folder, the labs, and what these have started. */
function inFolder(dir: string): number[] {
  const isOf = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(dir)
    } catch {
      return false // it has ended meanwhile
    }
  }
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && isOf(pid))
    .map(Number)
}

/** A task that leaves processes, each of them in another way, that can be known by the folder. */
const leaving = (then: string) =>
  taskFile(
    `const start = (options) => spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)', dir], {
      stdio: 'inherit', ...options }).unref()
    start({})
    start({ detached: true, env: {} })
    writeFileSync(dir + (isMainThread ? '/on-loop' : '/on-thread'), '')
    ${then}`,
    {
      before: `import { spawn } from 'node:child_process'
      import { writeFileSync } from 'node:fs'
      import { isMainThread } from 'node:worker_threads'
      const dir = import.meta.dirname`,
    },
  )

async function start(t: Parameters<typeof folder>[0], source: string) {
  const dir = await folder(t, { 'mine.mjs': source })
  const command = spawn(process.execPath, [cli, 'check', `${dir}/mine.mjs`], {
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  atEnd(t, () => {
    for (const pid of inFolder(dir)) process.kill(pid, 'SIGKILL')
  })
  const ended = once(command, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  return { dir, command, ended }
}

const gone = (dir: string) => until('all its processes are gone', () => inFolder(dir).length === 0)

const skip = process.platform === 'linux' ? false : 'it looks for processes in /proc'

test('nothing that a task has started outlives the command', { skip }, async (t) => {
  const { dir, ended } = await start(t, leaving('return 1'))
  assert.deepEqual(await ended, [1, null])
  await gone(dir)
})

const ends: [what: string, end: (command: ChildProcess) => void, code: unknown][] = [
  ['Ctrl-C', (command) => command.kill('SIGINT'), [130, null]],
  ['SIGTERM', (command) => command.kill('SIGTERM'), [143, null]],
  ['its sudden death', (command) => command.kill('SIGKILL'), [null, 'SIGKILL']],
]
for (const [what, end, code] of ends)
  for (const [kind, then] of [
    ['holds its thread', 'for (;;);'],
    ['awaits', 'await new Promise(() => {})'],
    ['blocks the event loop', 'if (isMainThread) for (;;); return 1'],
  ] as const)
    test(`nor its end by ${what} while a run ${kind}`, { skip }, async (t) => {
      const { dir, command, ended } = await start(t, leaving(then))
      const file = `${dir}/${kind === 'blocks the event loop' ? 'on-loop' : 'on-thread'}`
      await until('the task has begun', () => existsSync(file))
      end(command)
      assert.deepEqual(await ended, code)
      await gone(dir)
    })

test('nor the death of their own process, which leaves them without a parent', {
  skip,
}, async (t) => {
  const source = leaving(`process.kill(process.pid, 'SIGKILL')`).replace('env: {}', '')
  const { dir, ended } = await start(t, source)
  assert.deepEqual(await ended, [1, null])
  await gone(dir)
})
