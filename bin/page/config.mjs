// How Vite builds the page, and serves it while one works on it.
import { fileURLToPath } from 'node:url'

/** The folder of this package. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** Where the built page is: what a server reads when it starts. */
export const pageFolder = `${root}dist/page`

/** @type {import('vite').InlineConfig} */
export const config = {
  configFile: false,
  root: `${root}src/page`,
  publicDir: false,
  logLevel: 'warn',
  // Preact's own JSX, without its types at run time.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2023',
    // Nothing inline: the page's policy lets nothing run or load that is not a file of its own.
    assetsInlineLimit: 0,
    modulePreload: false,
    cssCodeSplit: false,
    license: { fileName: 'assets/licences.md' },
    reportCompressedSize: false,
  },
}
