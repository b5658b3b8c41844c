// `npm run build`: makes dist/page out of src/page, with each file that is sent as it is compressed beside it.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { config, pageFolder } from './config.mjs'
import { keyOfSources, stampOf } from './out-of-date.mjs'

/** A build takes the place of the one before as a whole, so that nobody reads half of one. */
export async function buildPage(folder = pageFolder) {
  const { build } = await import('vite')
  mkdirSync(dirname(folder), { recursive: true })
  const made = mkdtempSync(`${folder}-`)
  try {
    const key = keyOfSources()
    await build({ ...config, build: { ...config.build, outDir: made, emptyOutDir: false } })
    for (const file of filesIn(join(made, 'assets'))) compress(file)
    writeFileSync(stampOf(made), key)
    chmodSync(made, 0o755) // others may run what one has built
    rmSync(folder, { recursive: true, force: true })
    renameSync(made, folder)
  } catch (error) {
    rmSync(made, { recursive: true, force: true })
    throw error
  }
}

/** @param {string} folder */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** At the highest level: it is done once, here, and not at each request. @param {string} file */
function compress(file) {
  const content = readFileSync(file)
  writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }))
  writeFileSync(
    `${file}.br`,
    brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
  )
}

if (import.meta.main) await buildPage()
