import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { settings } from '../../src/config.ts'
import { conditionsOf } from '../../src/measure/scenario/conditions.ts'
import { loadScenario } from '../../src/measure/scenario/load.ts'
import { resolveScenario } from '../../src/measure/scenario/resolve.ts'
import { folder } from '../fixtures/folder.ts'
import { type RunningStack, startStack, temporaryFolder, unblock } from './stack.ts'

/** The README is true: its commands run, and its tables agree with the program. */

const root = fileURLToPath(new URL('../..', import.meta.url))
const readme = readFileSync(`${root}README.md`, 'utf8')
const scripts: Record<string, string> = JSON.parse(
  readFileSync(`${root}package.json`, 'utf8'),
).scripts
const run = promisify(execFile)

/** The lines of all shell blocks, in order, without their comments. */
function commands(): string[] {
  return [...readme.matchAll(/^```sh\n(.*?)^```$/gms)]
    .flatMap(([, block]) => block!.split('\n'))
    .map((line) => line.replace(/\s+#.*/, '').trim())
    .filter((line) => line !== '')
}

test('every command of the README works, in the order in which it stands there', async (t) => {
  let stack: RunningStack | undefined
  for (const command of commands().filter((each) => !measuring.test(each)))
    await t.test(command, async () => {
      const [, start] = /^npm start(?: -- (.*))?$/.exec(command) ?? []
      const [, unblockArgs] = /^npm run unblock -- (.*)$/.exec(command) ?? []
      if (command.startsWith('npm start')) {
        assert.equal(scripts.start, 'node bin/unblock.mjs up')
        await stack?.stop()
        const args = (start ?? '').split(' ').filter((arg) => arg !== '')
        stack = await startStack(t, { args: args.map(fromRoot) })
      } else if (unblockArgs !== undefined) {
        assert.equal(scripts.unblock, 'node bin/unblock.mjs')
        const { code, stderr } = await unblock(unblockArgs.split(' '), stack!.dir)
        assert.equal(code, 0, stderr)
      } else if (command.startsWith('curl ')) {
        const { stdout } = await run('sh', ['-c', asChecked(command, stack!.url)])
        const status = Number(stdout.slice(-3))
        assert.equal(status, expectedStatus(command), stdout)
      } else if (command.startsWith('docker compose ')) {
        const compose = readFileSync(`${root}test/compose/compose.test.ts`, 'utf8')
        assert.match(compose, /stack\.scale\(3\)[\s\S]*stack\.scale\(5\)/) // run there, with an engine
      } else if (command.startsWith('npm run test:chaos -- ')) {
        assert.equal(scripts['test:chaos'], 'node bin/chaos.mjs')
        // Its short form is a test of its own; here, that it takes these arguments.
        const { stdout } = await run(process.execPath, [`${root}bin/chaos.mjs`, '--help'])
        for (const option of command.match(/--[a-z-]+(?= \d)/g) ?? [])
          assert.ok(stdout.includes(`${option} `), `${option} is not in its help`)
      } else assert.equal(command, 'npm test') // which is what runs this
    })
})

/** Predicting and running six settings, from what was measured before. */
const short = ['--from', 'latest', '--executor', 'thread', '--rounds', '1', '--duration', '5s']

/** They start stacks of their own, or need none. */
const measuring = /^npm run (?:-s )?unblock -- ((?:measure|compare|report|check|plan)\b.*)$/

test('its commands that measure work, one after another in one folder', {
  timeout: 600_000,
}, async (t) => {
  const dir = temporaryFolder(t)
  for (const command of commands().filter((each) => measuring.test(each)))
    await t.test(command, async (t) => {
      const args = measuring.exec(command)![1]!.split(' ').map(fromRoot)
      const target = args.indexOf('http://localhost:8080')
      if (target >= 0) args[target] = (await startStack(t)).url
      // The experiments themselves take minutes; here, that they run to their end.
      // Not so short that a moment in which others have the cores is a tenth of it: that would be void.
      if (args.join() === 'measure') args.push('--duration', '6s')
      if (args.includes('--verify')) args.splice(0, args.length, 'plan', '--verify', ...short)
      else if (args[0] === 'plan' && !args.includes('--from')) args.push('--executor', 'thread')
      const { code, stdout, stderr } = await unblock(args, dir)
      assert.equal(code, 0, stdout + stderr)
    })
})

test('its scenario is one', async (t) => {
  const [, text] = /^```yaml\n(.*?)^```$/ms.exec(readme)!
  const dir = await folder(t, { 'mine.yaml': text! })
  const scenario = resolveScenario(await loadScenario('./mine.yaml', { cwd: dir }))
  assert.equal(conditionsOf(scenario, { scalable: true }).length, 8)
})

/** A folder in a command is meant from the root of the project. */
function fromRoot(arg: string): string {
  return /^\w+\//.test(arg) ? root + arg : arg
}

function asChecked(command: string, url: string): string {
  const here = command.replaceAll('http://localhost:8080', url)
  return here.replace(/^curl /, "curl -sS -w '%{http_code}' ")
}

function expectedStatus(command: string): number {
  if (command.includes('limit=many')) return 400
  return command.includes('non-blocking') && !command.includes('wait=') ? 202 : 200
}

/** Rows of the first table after a line, cell by cell, without back quotes. */
function table(header: string): string[][] {
  const start = readme.indexOf(header)
  assert.ok(start >= 0, `the README has no table "${header}"`)
  const [, , ...rows] = readme.slice(start).split('\n')
  const end = rows.findIndex((row) => !row.startsWith('|'))
  return rows.slice(0, end).map((row) =>
    row
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll('`', '')),
  )
}

test('the table of settings is the settings', () => {
  const expected = Object.values(settings).map(({ env, help, shown, fallback }: Shown) => [
    env,
    shown ?? String(fallback()),
    help,
  ])
  assert.deepEqual(table('| variable | default | |'), expected)
})

interface Shown {
  env: string
  help: string
  shown?: string
  fallback: () => unknown
}

test('the commands are those of --help, with the same words', async () => {
  const { stdout: help } = await unblock(['--help'], root)
  const listed = [...help.matchAll(/^ {2}([a-z]+) (?:.*?) {2,}(\S.*)$/gm)].map(([, name]) => name!)
  const words = help.replaceAll(/\s+/g, ' ')
  const rows = table('| command | does |')
  for (const [names, does] of rows)
    if (!names!.includes(',')) assert.ok(words.includes(does!), `--help does not say: ${does}`)
  const inReadme = rows.flatMap(([names]) => names!.split(', ').map((name) => name.split(' ')[1]!))
  assert.deepEqual(listed.filter((name) => name !== 'help').sort(), inReadme.sort())
})

test('the options of up are those of its --help, with the same defaults', async () => {
  const { stdout: help } = await unblock(['up', '--help'], root)
  const options = [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z]+)/gm)].map(([, name]) => name!)
  const rows = table('| option of up | default | |'.replace('up', '`up`'))
  const inReadme = rows.map(([names = '']) => names.split(/[ ,=]/)[0])
  assert.deepEqual(options.filter((name) => name !== '--help').sort(), inReadme.sort())
  const words = help.replaceAll(/\s+/g, ' ')
  for (const [name, byDefault] of rows)
    if (['--port', '--host', '--balance'].includes(name!))
      assert.match(words, new RegExp(`\\(.*default: "?${byDefault}"?`), name!)
})

test('every command has a help with an example', async () => {
  for (const command of [
    'up',
    'scale',
    'restart',
    'ps',
    'measure',
    'compare',
    'report',
    'check',
    'server',
    'worker',
  ]) {
    const { code, stdout } = await unblock([command, '--help'], root)
    assert.equal(code, 0)
    assert.match(stdout, /Example:\n {2}\$ /, command)
  }
})
