// Preloaded (`node --import`): where the sources import a package that is in the bundle, they get it from
// there. Without a bundle, as in a published package, nothing changes. Nor does it for anybody else: the
// packages themselves, and a user's own tasks, load what they find.
import { registerHooks } from 'node:module'
import { folderOf, readManifest } from './manifest.mjs'

const root = new URL('../..', import.meta.url)
const sources = ['src/', 'bin/', 'test/', 'bench/'].map((folder) => new URL(folder, root).href)
const urls = new Map(
  Object.entries(readManifest(root)?.modules ?? {}).map(([specifier, file]) => [
    specifier,
    new URL(file, folderOf(root)).href,
  ]),
)

if (urls.size > 0)
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const url = urls.get(specifier)
      const from = context.parentURL ?? ''
      // `require` would get another kind of module than the package is.
      const isOurs =
        sources.some((each) => from.startsWith(each)) && !from.includes('/node_modules/')
      if (url === undefined || !isOurs || !context.conditions.includes('import'))
        return nextResolve(specifier, context)
      return { url, shortCircuit: true }
    },
  })
