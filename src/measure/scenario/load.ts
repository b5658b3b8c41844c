import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { LineCounter, parseDocument } from 'yaml'
import { firstLine } from '../../load-error.ts'
import { UsageError } from '../../usage-error.ts'
import { inOneLine, mistakesIn } from './explain.ts'
import type { ScenarioFile } from './schema.ts'

const folder = 'experiments'
const ownFolder = fileURLToPath(new URL(`../../../${folder}/`, import.meta.url))

/** In the order in which they are looked for. */
const extensions = ['.ts', '.mts', '.js', '.mjs', '.yaml', '.yml']
const yamlExtensions = ['.yaml', '.yml']

export interface LoadedScenario {
  file: ScenarioFile
  /** The file's, without its extension. */
  name: string
  /** Absolute path of its folder: what paths within it are seen from. */
  dir: string
}

/**
 * Reads a scenario. What has a slash or an extension is a file, seen from `cwd`; else it is a name of one
 * in `experiments/` there, or in this package's own.
 *
 * @throws {UsageError} with every mistake in the file, each with its field and what would be right
 */
export async function loadScenario(
  nameOrFile: string,
  { cwd }: { cwd: string },
): Promise<LoadedScenario> {
  const file = isPath(nameOrFile) ? path.resolve(cwd, nameOrFile) : await find(nameOrFile, cwd)
  const shown = isPath(nameOrFile) ? nameOrFile : path.relative(cwd, file)
  const extension = path.extname(file)
  if (!extensions.includes(extension))
    throw new UsageError(`${shown}: a scenario's file must end in ${list(extensions)}`)
  if (!existsSync(file)) throw new UsageError(`${shown}: there is no such file`)
  const content = yamlExtensions.includes(extension)
    ? await readYaml(file, shown)
    : await importDefault(file, shown)
  const mistakes = mistakesIn(content)
  if (mistakes.length > 0) throw new UsageError(inOneLine(shown, mistakes))
  return {
    file: content as ScenarioFile,
    name: path.basename(file, extension),
    dir: path.dirname(file),
  }
}

function isPath(nameOrFile: string): boolean {
  return /[/\\]/.test(nameOrFile) || path.extname(nameOrFile) !== ''
}

async function find(name: string, cwd: string): Promise<string> {
  const folders = [path.resolve(cwd, folder), ownFolder]
  const files = folders.flatMap((dir) => extensions.map((each) => path.join(dir, name + each)))
  const file = files.find((each) => existsSync(each))
  if (file !== undefined) return file
  const known = (await Promise.all(folders.map(namesIn))).flat()
  throw new UsageError(
    `there is no scenario "${name}"; there are ${list([...new Set(known)].sort(), 'and')}; a file is named with its path`,
  )
}

async function namesIn(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch(() => [])
  const fit = names.filter((each) => extensions.includes(path.extname(each)))
  return fit.map((each) => path.basename(each, path.extname(each)))
}

async function readYaml(file: string, shown: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error) => {
    throw new UsageError(`${shown}: cannot be read: ${firstLine(error)}`)
  })
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const mistakes = document.errors.map(({ message, pos }) => {
    const { line, col } = lines.linePos(pos[0])
    return `line ${line}, column ${col}: ${message}`
  })
  if (mistakes.length > 0) throw new UsageError(`${shown}: ${mistakes.join('; ')}`)
  try {
    return document.toJS()
  } catch (error) {
    throw new UsageError(`${shown}: ${firstLine(error)}`) // an alias without its anchor, or too many
  }
}

async function importDefault(file: string, shown: string): Promise<unknown> {
  let module: { default?: unknown }
  try {
    module = await import(pathToFileURL(file).href)
  } catch (error) {
    throw new UsageError(`${shown}: does not load: ${firstLine(error)}`, { cause: error })
  }
  const { default: exported } = module
  if (typeof exported === 'object' && exported !== null && !Array.isArray(exported)) return exported
  throw new UsageError(
    `${shown}: must export a scenario: export default { … } satisfies ScenarioFile`,
  )
}

function list(words: readonly string[], last = 'or'): string {
  if (words.length < 2) return words[0] ?? 'none'
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`
}
