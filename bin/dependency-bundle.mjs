import { readFileSync } from 'node:fs'

/**
 * What is in the bundle: the file of each module, and of which packages it was made.
 *
 * @typedef {{ key: string, modules: Record<string, string> }} Manifest
 */

/** @param {URL} folder the package's */
export const bundleOf = (folder) => new URL('node_modules/.cache/dependencies/', folder)

/**
 * @param {URL} folder the package's
 * @returns {Manifest | undefined}
 */
export function readManifest(folder) {
  try {
    return JSON.parse(readFileSync(new URL('manifest.json', bundleOf(folder)), 'utf8'))
  } catch {
    return undefined
  }
}
