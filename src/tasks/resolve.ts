import { realpathSync } from 'node:fs'
import { registerHooks } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const unblock = import.meta.resolve('unblock')
const folders = new Set<string>()
let registered = false

/**
 * Lets files below a folder, wherever it is, `import … from 'unblock'`: they get this very package.
 * `typebox` is the one that they find themselves, else this package's. Nothing changes for modules
 * elsewhere. Applies to the calling thread.
 */
export function resolveFor(folder: string): void {
  folders.add(`${pathToFileURL(realpathSync(path.resolve(folder))).href}/`)
  if (registered) return
  registered = true
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const { parentURL } = context
      if (parentURL === undefined || !isInside(parentURL)) return nextResolve(specifier, context)
      if (specifier === 'unblock') return { url: unblock, shortCircuit: true }
      if (!/^typebox(\/|$)/.test(specifier)) return nextResolve(specifier, context)
      try {
        return nextResolve(specifier, context)
      } catch {
        return { url: import.meta.resolve(specifier), shortCircuit: true }
      }
    },
  })
}

function isInside(url: string): boolean {
  for (const folder of folders) if (url.startsWith(folder)) return true
  return false
}
