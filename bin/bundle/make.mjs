// Joins the packages that every instance loads into a few files, after `npm ci`: a start then reads 20
// files instead of 900. The sources are not touched, and run without it as well.
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { folderOf, manifestOf, readManifest } from './manifest.mjs'

const root = new URL('../..', import.meta.url)

/**
 * What the sources import of packages that take long to load. Not among them: packages that look for
 * files beside their own, such as @fastify/swagger-ui.
 */
export const specifiers = [
  'typebox',
  'fastify',
  '@fastify/swagger',
  'ajv',
  'ajv/dist/2020.js',
  'bullmq',
  'ioredis',
  'pino',
  'prom-client',
  'commander',
]

/** Whether there is a bundle, of the packages that are installed and of this file. */
export function isBundled() {
  const manifest = readManifest(root)
  if (manifest?.key !== keyOf()) return false
  return Object.values(manifest.modules).every((file) => existsSync(new URL(file, folderOf(root))))
}

/** One that is out of date must not be used, whether there will be a new one or not. */
export function forgetBundle() {
  rmSync(manifestOf(root), { force: true })
}

function keyOf() {
  const hash = createHash('sha256')
  for (const file of ['node_modules/.package-lock.json', 'bin/bundle/make.mjs'])
    hash.update(readFileSync(new URL(file, root)))
  return hash.digest('hex').slice(0, 16)
}

/** Old bundles stay until npm clears the folder: a process that starts may be reading one. */
async function make() {
  const key = keyOf()
  forgetBundle()
  mkdirSync(folderOf(root), { recursive: true })
  const made = mkdtempSync(fileURLToPath(new URL(`${key}-`, folderOf(root))))
  try {
    for (const [name, code] of await bundle()) writeFileSync(join(made, name), code)
    chmodSync(made, 0o755) // others may run what one has installed
    const file = (/** @type {string} */ specifier) => `${basename(made)}/${nameOf(specifier)}.mjs`
    const modules = specifiers.map((specifier) => [specifier, file(specifier)])
    const manifest = { key, modules: Object.fromEntries(modules) }
    writeFileSync(`${made}.json`, JSON.stringify(manifest))
    renameSync(`${made}.json`, manifestOf(root))
  } catch (error) {
    rmSync(made, { recursive: true, force: true })
    throw error
  }
}

/** @returns {Promise<[name: string, code: string][]>} */
async function bundle() {
  const { rolldown } = await import('rolldown')
  const build = await rolldown({
    cwd: fileURLToPath(root),
    platform: 'node',
    treeshake: false, // a package may rely on what another one does when it is loaded
    input: Object.fromEntries(specifiers.map((specifier) => [nameOf(specifier), entry(specifier)])),
    plugins: [{ name: 'entries', resolveId: (id) => (isEntry(id) ? id : null), load }],
  })
  const { output } = await build.generate({
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    // Comments go, lines stay: Node prints the line of an error that nobody has caught.
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: false } },
  })
  await build.close()
  return output.flatMap((file) =>
    file.type === 'chunk' ? [[file.fileName, toAscii(file.code)]] : [],
  )
}

/**
 * With letters beyond ASCII escaped, of which a few are in tables and messages: Node keeps the rest in half
 * the memory then.
 *
 * @param {string} code
 */
const toAscii = (code) =>
  code.replace(
    /[^\0-\x7f]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const entry = (/** @type {string} */ specifier) => `bundled:${specifier}`
const isEntry = (/** @type {string} */ id) => id.startsWith('bundled:')
const nameOf = (/** @type {string} */ specifier) => specifier.replace(/^@/, '').replaceAll('/', '-')

/**
 * The source of an entry: it exports what the package exports. Of CommonJS, which names that is can only
 * be told by loading it, as Node does.
 *
 * @param {string} id
 */
async function load(id) {
  if (!isEntry(id)) return null
  const url = import.meta.resolve(id.slice('bundled:'.length))
  const from = JSON.stringify(fileURLToPath(url))
  const exported = await import(url)
  const names = Object.keys(exported).filter((name) => /^(?!default$|__esModule$)\w+$/.test(name))
  if (!('module.exports' in exported))
    return `export * from ${from}${'default' in exported ? `; export { default } from ${from}` : ''}`
  const lines = names.map((name, i) => `const _${i} = all.${name}; export { _${i} as ${name} }`)
  return [`import all from ${from}; export default all`, ...lines].join('\n')
}

if (import.meta.main) await make()
