// Preloaded (`node --import`): where the sources import a package that is in the bundle, they get it from
// there. Without a bundle, as in a published package, nothing changes.
import { registerHooks } from 'node:module'
import { bundleOf, readManifest } from './dependency-bundle.mjs'

const root = new URL('..', import.meta.url)
const packages = new URL('node_modules/', root).href
const urls = new Map(
  Object.entries(readManifest(root)?.modules ?? {}).map(([specifier, file]) => [
    specifier,
    new URL(file, bundleOf(root)).href,
  ]),
)

if (urls.size > 0)
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const url = urls.get(specifier)
      const from = context.parentURL
      if (url === undefined || !from?.startsWith(root.href) || from.startsWith(packages))
        return nextResolve(specifier, context)
      return { url, shortCircuit: true }
    },
  })
