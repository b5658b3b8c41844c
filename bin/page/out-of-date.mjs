// Whether dist/page is what src/page says. By content, not by time: a checkout changes the times of files.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pageFolder, root } from './config.mjs'

/** What the page is made of: its own sources, the contract's types, the way it is built, the packages. */
const sources = ['src/page', 'src/api', 'bin/page', 'package-lock.json']

/** The file in a build that says what it was made of. @param {string} folder */
export const stampOf = (folder) => join(folder, '.made-of')

/** Whether it has to be built: a few milliseconds. */
export function pageIsOutOfDate(folder = pageFolder) {
  try {
    return readFileSync(stampOf(folder), 'utf8') !== keyOfSources()
  } catch {
    return true
  }
}

export function keyOfSources() {
  const hash = createHash('sha256')
  for (const file of sources.flatMap(filesOf))
    hash.update(`${file}\0`).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

/** @param {string} path @returns {string[]} */
function filesOf(path) {
  if (path.endsWith('.json')) return [path]
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.\w+$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort()
}
