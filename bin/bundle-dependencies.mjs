// Joins the packages that every instance loads into a few files, once after each `npm ci`: a start then
// reads a dozen files instead of 900, and takes a third less CPU time. The sources are not touched.
import { createHash } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bundleOf, readManifest } from './dependency-bundle.mjs'

const root = new URL('..', import.meta.url)

/**
 * What the sources import of packages that take long to load. Not among them: packages that look for
 * files beside their own, such as piscina and @fastify/swagger-ui.
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

/** Whether the bundle is that of the packages that are installed, and of the list above. */
export function isBundled(folder = root) {
  return readManifest(folder)?.key === keyOf(folder)
}

/** @param {URL} folder */
function keyOf(folder) {
  const hash = createHash('sha256')
  for (const file of ['package-lock.json', 'bin/bundle-dependencies.mjs'])
    hash.update(readFileSync(new URL(file, folder)))
  return hash.digest('hex')
}

/** Makes the bundle elsewhere and then moves it to its place, which another process may be reading. */
async function bundle(folder = root) {
  const { rolldown } = await import('rolldown')
  const place = fileURLToPath(bundleOf(folder)).replace(/\/$/, '')
  mkdirSync(dirname(place), { recursive: true })
  const made = mkdtempSync(`${place}-`)
  chmodSync(made, 0o755) // others may run what one has installed
  const build = await rolldown({
    cwd: fileURLToPath(folder),
    platform: 'node',
    treeshake: false, // a package may rely on what another one does when it is loaded
    input: Object.fromEntries(specifiers.map((specifier) => [nameOf(specifier), entry(specifier)])),
    plugins: [{ name: 'entries', resolveId: (id) => (isEntry(id) ? id : null), load }],
  })
  const { output } = await build.generate({
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    minify: { compress: false, mangle: false },
  })
  await build.close()
  for (const file of output)
    if (file.type === 'chunk') writeFileSync(join(made, file.fileName), toAscii(file.code))
  const modules = specifiers.map((specifier) => [specifier, `${nameOf(specifier)}.mjs`])
  const manifest = { key: keyOf(folder), modules: Object.fromEntries(modules) }
  writeFileSync(`${made}/manifest.json`, JSON.stringify(manifest))
  rmSync(place, { recursive: true, force: true })
  renameSync(made, place)
}

/**
 * With letters beyond ASCII escaped, of which a few are in tables and messages: Node reads the rest twice
 * as fast then, and keeps it in half the memory.
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
  const specifier = id.slice('bundled:'.length)
  const url = import.meta.resolve(specifier)
  const from = JSON.stringify(fileURLToPath(url))
  const exported = await import(url)
  const names = Object.keys(exported).filter((name) => /^(?!default$|__esModule$)\w+$/.test(name))
  if (!('module.exports' in exported))
    return `export * from ${from}${'default' in exported ? `; export { default } from ${from}` : ''}`
  const lines = names.map((name, i) => `const _${i} = all.${name}; export { _${i} as ${name} }`)
  return [`import all from ${from}; export default all`, ...lines].join('\n')
}

if (pathToFileURL(process.argv[1] ?? '').href === import.meta.url) await bundle()
