import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { forgetBundle, isBundled } from './bundle/make.mjs'
import { pageIsOutOfDate } from './page/out-of-date.mjs'
import { findProgram, missingPrograms, searchFolders, systemPrograms } from './programs.mjs'

/** @typedef {import('./programs.mjs').ProgramKey} ProgramKey */

/** The Node.js that the sources need: they are TypeScript, and run as they are. */
const NODE_MAJOR = 26
const NODE_PACKAGE_BINARY = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))

/** The folder of this package. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** What the user has to do or to know, in words for them; needs no stack trace. */
export class SetupError extends Error {}

/**
 * Installs what is missing, and says so: the npm packages, and the system's programs named. What
 * starts processes names some; for it packages are joined and the page is built, too. Costs a few
 * milliseconds where nothing is.
 *
 * @param {readonly ProgramKey[]} programs
 * @throws {SetupError}
 */
export function prepare(programs) {
  installPackages()
  joinPackages({ now: programs.length > 0 })
  if (programs.length > 0) buildPage()
  installPrograms(programs)
}

/**
 * The Node.js that runs the sources: this one where it is new enough, else that of the npm package
 * `node`.
 *
 * @throws {SetupError}
 */
export function nodeBinary(running = process.versions.node, packaged = NODE_PACKAGE_BINARY) {
  if (isNewEnough(running)) return process.execPath
  if (existsSync(packaged)) return packaged
  throw new SetupError(
    `Node ${NODE_MAJOR} is missing (this is Node ${running}): npm did not run the install script of ` +
      `its package "node". Run: npm rebuild node --ignore-scripts=false`,
  )
}

/**
 * Where Node keeps what it has compiled: that takes a third off the time that each process needs to
 * load. Its children inherit it.
 */
export function useCompileCache() {
  process.env.NODE_COMPILE_CACHE ??= `${root}node_modules/.cache/node`
}

/** Whether the Node.js of that version runs the sources by itself. */
export function isNewEnough(version = process.versions.node) {
  return Number.parseInt(version, 10) >= NODE_MAJOR
}

function installPackages(folder = root) {
  // A published package comes with its dependencies, and without a lock file.
  if (!existsSync(`${folder}/package-lock.json`) || packagesAreInstalled(folder)) return
  say('npm ci: installs the packages that package-lock.json names')
  // NODE_ENV=production would leave out Node itself, a development dependency.
  run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    advice: 'npm ci failed; what it says is above',
  })
}

/** For Node: what makes the sources load the joined packages. */
export const preload = ['--import', new URL('bundle/preload.mjs', import.meta.url).href]

/**
 * For Node where it makes load: room for many requests that are open at once. With V8's usual young generation
 * it stops so often to collect garbage that it falls behind at a third of the rate.
 */
export const forLoad = ['--min-semi-space-size=32', '--max-semi-space-size=64']

/**
 * It is for quicker starts only: nothing fails for the lack of it.
 *
 * @param {{ now: boolean }} options not now: only what is out of date is forgotten
 */
function joinPackages({ now }) {
  // A published package has no list of what is installed.
  if (!existsSync(`${root}package-lock.json`) || isBundled()) return
  forgetBundle()
  if (!now) return
  say('joins packages into a few files, so that every start is quicker')
  makeOrGoOn('bundle/make.mjs')
}

/** Without it, everything but the page is there. A published package has it built. */
function buildPage() {
  if (!existsSync(`${root}package-lock.json`) || !pageIsOutOfDate()) return
  say('builds the page')
  makeOrGoOn('page/build.mjs')
}

/** @param {string} file beside this one */
function makeOrGoOn(file) {
  const script = fileURLToPath(new URL(file, import.meta.url))
  const node = nodeBinary()
  const { status } = spawnSync(node, [script], { cwd: root, stdio: 'ignore' })
  if (status !== 0) say(`that did not work; goes on without (${node} ${script} says why)`)
}

/**
 * Whether node_modules is what package-lock.json says. npm leaves there, when it has succeeded,
 * a list of what it installed: no stamp of our own is needed, and one's own `npm ci` counts.
 *
 * @param {string} folder
 */
export function packagesAreInstalled(folder) {
  const installed = readPackages(`${folder}/node_modules/.package-lock.json`)
  const wanted = readPackages(`${folder}/package-lock.json`)
  if (installed === undefined || wanted === undefined) return false
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' || // this package itself
      installed[path]?.version === entry.version ||
      // For another platform.
      (installed[path] === undefined && entry.optional === true),
  )
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }> | undefined}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}

/** @param {readonly ProgramKey[]} programs */
function installPrograms(programs) {
  const isMissing = (/** @type {ProgramKey} */ key) => !findProgram(systemPrograms[key].names)
  const missing = programs.filter(isMissing)
  if (missing.length === 0) return
  const asRoot = withRootRights()
  if (asRoot === undefined || !findProgram(['apt-get']))
    throw new SetupError(missingPrograms(missing))
  aptInstall(missing, { asRoot })
  const still = missing.filter(isMissing)
  if (still.length > 0) throw new SetupError(missingPrograms(still))
}

/**
 * What to put before a command so that root runs it without a question: nothing for root itself,
 * `sudo -n` where that works, undefined where nothing does.
 */
function withRootRights() {
  if (process.getuid?.() === 0) return []
  const sudo = findProgram(['sudo'])
  if (sudo !== undefined && spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore' }).status === 0)
    return [sudo, '-n']
  return undefined
}

/**
 * Debian's packages of servers start them, and at every boot: a Redis on 6379 and an nginx on 80
 * that nobody asked for. /usr/sbin/policy-rc.d is where Debian asks whether a service may start.
 * It forbids that for as long as this shell lives only, so even one that is left behind does no
 * harm; a policy that is there already is left alone.
 */
const APT_SCRIPT = `
policy=$1; services=$2; shift 2
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' HUP INT TERM
  printf '#!/bin/sh\\n# For the time of one apt-get install (process %s).\\nkill -0 %s 2>/dev/null && exit 101\\nexit 0\\n' $$ $$ > "$policy"
  chmod 755 "$policy"
fi
install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 "$@"
}
# The package lists may be missing or out of date: fetched only if it does not work without.
install "$@" || { apt-get update && install "$@"; } || exit 1
if [ -d /run/systemd/system ] && [ -n "$services" ]; then systemctl disable $services; fi
exit 0
`

/**
 * @param {readonly ProgramKey[]} missing
 * @param {{ asRoot: readonly string[], policy?: string }} options
 */
export function aptInstall(missing, { asRoot, policy = '/usr/sbin/policy-rc.d' }) {
  const packages = missing.map((key) => systemPrograms[key].packages.apt)
  const services = missing.flatMap((key) => {
    /** @type {import('./programs.mjs').SystemProgram} */
    const program = systemPrograms[key]
    return program.service ?? []
  })
  const why = missing.map((key) => `${key} ${systemPrograms[key].use}`).join(', ')
  const calm = services.length > 0 ? '; no service is started' : ''
  say(`apt-get install ${packages.join(' ')}: ${why}${calm}`)
  const [command = 'sh', ...rest] = [...asRoot, 'sh']
  run(command, [...rest, '-c', APT_SCRIPT, 'sh', policy, services.join(' '), ...packages], {
    advice: missingPrograms(missing),
  })
}

/**
 * Runs a command silently; if it fails, what it said is shown.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, advice: string }} options
 */
function run(command, args, { cwd, advice }) {
  const result = spawnSync('/bin/sh', ['-c', 'exec "$@" 2>&1', 'sh', command, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PATH: searchFolders().join(':') },
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (result.status === 0) return
  for (const line of excerpt(`${result.stdout ?? ''}${result.error?.message ?? ''}`))
    console.error(`  ${line}`)
  throw new SetupError(advice)
}

/**
 * The first and the last lines of an output: npm says what is wrong first, apt-get at the end.
 *
 * @param {string} output
 */
function excerpt(output) {
  const lines = output.trimEnd().split('\n')
  return lines.length <= 20 ? lines : [...lines.slice(0, 8), '…', ...lines.slice(-12)]
}

/** @param {string} text */
function say(text) {
  console.error(`set-up | ${text}`)
}
