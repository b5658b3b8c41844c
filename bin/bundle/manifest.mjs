import { readFileSync } from 'node:fs'

/**
 * What the bundle holds: of each module the file, relative to `folderOf`; `key` says of what it was made.
 *
 * @typedef {{ key: string, modules: Record<string, string> }} Manifest
 */

/** @param {URL} root the package's folder */
export const folderOf = (root) => new URL('node_modules/.cache/dependencies/', root)

/** @param {URL} root */
export const manifestOf = (root) => new URL('manifest.json', folderOf(root))

/**
 * @param {URL} root
 * @returns {Manifest | undefined}
 */
export function readManifest(root) {
  try {
    return JSON.parse(readFileSync(manifestOf(root), 'utf8'))
  } catch {
    return undefined
  }
}
