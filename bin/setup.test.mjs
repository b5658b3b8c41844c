import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { findProgram, missingPrograms } from './programs.mjs'
import { nodeBinary, packagesAreInstalled, SetupError } from './setup.mjs'

/** @param {import('node:test').TestContext} t */
function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'unblock-setup-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/**
 * A folder for a PATH that has only these programs, each a shell script; with those that a shell
 * needs itself.
 *
 * @param {string} folder
 * @param {Record<string, string>} scripts
 */
function programsIn(folder, scripts) {
  const path = join(folder, 'programs')
  mkdirSync(path)
  for (const [name, script] of Object.entries(scripts))
    writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  for (const name of ['rm', 'chmod', 'mkdir', 'cp', 'sh'])
    symlinkSync(findProgram([name]) ?? '', join(path, name))
  return path
}

test('a program is found by its first name that is there, in the first folder that has it', (t) => {
  const folder = temporaryFolder(t)
  const path = programsIn(folder, { 'valkey-server': '', nginx: '' })
  mkdirSync(join(path, 'redis-server')) // a folder is no program
  writeFileSync(join(path, 'chromium'), '') // nor is a file that cannot be executed
  assert.equal(findProgram(['redis-server', 'valkey-server'], [path]), join(path, 'valkey-server'))
  assert.equal(findProgram(['chromium'], [path]), undefined)
  assert.equal(findProgram(['nginx'], [folder, path]), join(path, 'nginx'))
})

test('what is missing is named with the command of the package manager that is there', (t) => {
  /** @param {string[]} managers */
  const advice = (...managers) => {
    const scripts = Object.fromEntries(managers.map((name) => [name, '']))
    return missingPrograms(['redis', 'nginx'], [programsIn(temporaryFolder(t), scripts)])
  }
  const what =
    'redis-server (holds the queue) and nginx (spreads requests over the servers) not found.'
  assert.equal(
    advice('apt-get'),
    `${what} Install with: sudo apt-get install -y redis-server nginx`,
  )
  assert.equal(advice('dnf'), `${what} Install with: sudo dnf install valkey nginx`)
  assert.equal(advice('brew'), `${what} Install with: brew install redis nginx`)
  assert.match(advice(), /apt-get install .*, or: sudo dnf install .*, or: brew install /)
})

test('packages are installed when npm has left the list that the lock file wants', (t) => {
  const folder = temporaryFolder(t)
  const lock = {
    packages: {
      '': { name: 'app', version: '1.0.0' },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/other-platform': { version: '2.0.0', optional: true },
    },
  }
  mkdirSync(join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock))
  assert.equal(packagesAreInstalled(folder), false)
  /** @param {object} packages */
  const installed = (packages) => {
    const list = join(folder, 'node_modules/.package-lock.json')
    writeFileSync(list, JSON.stringify({ packages }))
    return packagesAreInstalled(folder)
  }
  assert.equal(installed({ 'node_modules/a': { version: '1.0.0' } }), true)
  assert.equal(installed({ 'node_modules/a': { version: '1.0.1' } }), false)
  assert.equal(installed({}), false)
})

test('an old Node.js hands over to the packaged one, and says what to do where that is missing', () => {
  assert.equal(nodeBinary('26.1.0', '/nowhere'), process.execPath)
  assert.equal(nodeBinary('20.20.0', import.meta.filename), import.meta.filename)
  assert.throws(
    () => nodeBinary('20.20.0', '/nowhere'),
    (error) =>
      error instanceof SetupError &&
      /Node 26 is missing \(this is Node 20\.20\.0\).*npm rebuild node/.test(error.message),
  )
})

/**
 * Calls aptInstall(['redis']) with an apt-get that does as `script` says.
 *
 * @param {import('node:test').TestContext} t
 * @param {string} script
 * @param {{ policy?: string }} [options] a policy-rc.d that is there already
 */
function aptInstall(t, script, { policy: before } = {}) {
  const folder = temporaryFolder(t)
  const policy = join(folder, 'policy-rc.d')
  if (before !== undefined) writeFileSync(policy, before, { mode: 0o755 })
  const log = join(folder, 'log')
  const path = programsIn(folder, {
    'apt-get': `echo "$@" >> ${log}; ${policy} redis start; echo policy $? >> ${log}\n${script}`,
  })
  const setup = new URL('./setup.mjs', import.meta.url)
  const code = `
    import { aptInstall, SetupError } from ${JSON.stringify(setup)}
    try { aptInstall(['redis'], { asRoot: [], policy: ${JSON.stringify(policy)} }) }
    catch (error) { if (!(error instanceof SetupError)) throw error; console.error(error.message); process.exit(1) }`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
    env: { PATH: path },
  })
  return { status, stderr, log: readFileSync(log, 'utf8'), policy }
}

const INSTALL = 'install -y --no-install-recommends -o DPkg::Lock::Timeout=120 redis-server'

test('apt-get installs in silence, services may not start meanwhile, and no policy is left', (t) => {
  const { status, stderr, log, policy } = aptInstall(t, 'echo Reading package lists')
  assert.equal(status, 0)
  assert.equal(
    stderr,
    'set-up | apt-get install redis-server: redis holds the queue; no service is started\n',
  )
  assert.equal(log, `${INSTALL}\npolicy 101\n`)
  assert.equal(existsSync(policy), false)
})

test('package lists are fetched only when it does not work without', (t) => {
  const { status, log } = aptInstall(
    t,
    `case $1 in update) mkdir "$0.updated";; install) [ -d "$0.updated" ];; esac`,
  )
  assert.equal(status, 0)
  assert.equal(log, `${INSTALL}\npolicy 101\nupdate\npolicy 101\n${INSTALL}\npolicy 101\n`)
})

test('when apt-get fails, its last lines are shown, and what to run', (t) => {
  const { status, stderr, policy } = aptInstall(
    t,
    'for line in 1 2 3 4 5 6 7 8 9; do echo "line $line"; done; echo "E: no network" >&2; exit 100',
  )
  assert.equal(status, 1)
  assert.match(
    stderr,
    /^ {2}line 9\n {2}E: no network\n.*not found\. Install with: .*redis-server\n$/m,
  )
  assert.equal(existsSync(policy), false)
})

test('a policy of the machine is left as it is', (t) => {
  const own = '#!/bin/sh\nexit 0\n'
  const { log, policy } = aptInstall(t, '', { policy: own })
  assert.match(log, /policy 0/)
  assert.equal(readFileSync(policy, 'utf8'), own)
})

/**
 * A fresh clone of what set-up needs, with an npm that installs nothing but Node.
 *
 * @param {import('node:test').TestContext} t
 */
function freshClone(t) {
  const folder = temporaryFolder(t)
  const clone = join(folder, 'clone')
  for (const name of ['bin', 'package.json', 'package-lock.json'])
    cpSync(new URL(`../${name}`, import.meta.url), join(clone, name), { recursive: true })
  mkdirSync(join(clone, 'src'))
  writeFileSync(join(clone, 'src/cli.ts'), `console.log('cli', process.argv.slice(2).join(' '))`)
  const log = join(folder, 'log')
  const path = programsIn(folder, {
    npm: `echo "npm $@" >> ${log}
      mkdir -p node_modules/node/bin
      cp package-lock.json node_modules/.package-lock.json
      cp ${process.execPath} node_modules/node/bin/node`,
    'apt-get': `echo "apt-get $@" >> ${log}; exit 1`,
    'redis-server': '',
    nginx: '',
  })
  return {
    /** @param {string[]} args */
    run: (...args) =>
      spawnSync(process.execPath, [join(clone, 'bin/unblock.mjs'), ...args], {
        encoding: 'utf8',
        env: { PATH: path },
      }),
    log: () => readFileSync(log, 'utf8'),
  }
}

test('the first command of a fresh clone runs npm ci, the second goes on at once', (t) => {
  const { run, log } = freshClone(t)
  const first = run('--help')
  assert.equal(first.stdout, 'cli --help\n')
  assert.equal(
    first.stderr,
    'set-up | npm ci: installs the packages that package-lock.json names\n',
  )
  const second = run('ps')
  assert.deepEqual([second.stdout, second.stderr], ['cli ps\n', ''])
  assert.equal(log(), 'npm ci --include=dev --no-audit --no-fund --loglevel=error\n')
})

test('a start joins packages and builds the page, and goes on where that fails; other commands do not try', (t) => {
  const { run } = freshClone(t)
  assert.doesNotMatch(run('ps').stderr, /joins|builds/)
  const { stdout, stderr } = run('up')
  assert.equal(stdout, 'cli up\n')
  assert.match(
    stderr,
    /^set-up \| joins packages into a few files, so that every start is quicker\nset-up \| that did not work; goes on without \(\S+node \S+make\.mjs says why\)\nset-up \| builds the page\nset-up \| that did not work; goes on without \(\S+node \S+build\.mjs says why\)\n$/,
  )
})
