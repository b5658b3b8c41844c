import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * The Node.js of the machine, with which a user starts `unblock`: the first in the PATH that is no package's, since
 * npm puts those of the project before the others. This one where there is none.
 */
export function systemNode(path: string = process.env.PATH ?? ''): string {
  const folders = path.split(delimiter).filter((each) => each !== '' && !isPackages(each))
  return folders.map((folder) => join(folder, 'node')).find(isProgram) ?? process.execPath
}

const isPackages = (folder: string) => /[\\/]node_modules[\\/]/.test(`${folder}/`)

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
