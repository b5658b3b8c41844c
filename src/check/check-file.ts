import { realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadCatalogue } from '../tasks/catalogue.ts'
import { UsageError } from '../usage-error.ts'
import { type CheckOptions, checkTask } from './check-task.ts'
import type { CheckReport } from './report.ts'

/**
 * Checks the task of a file.
 * @throws {UsageError} where there is none, it does not load, or the parameters do not fit
 */
export async function checkFile(file: string, options: CheckOptions = {}): Promise<CheckReport> {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined) throw new UsageError(`there is no file ${file}`)
  if (!stats.isFile()) throw new UsageError(`${file} is not a file: check one task file at a time`)
  const absolute = path.resolve(file)
  const builtIn = await builtInTask(absolute)
  const subject = builtIn === undefined ? { file: absolute } : { file: '', task: builtIn }
  try {
    return { ...(await checkTask(subject, options)), file }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new UsageError(error.message.replaceAll(absolute, file))
  }
}

const builtInFolder = fileURLToPath(new URL('../tasks/', import.meta.url))

/** The name of the built-in task whose own file this is: its name is taken by itself only. */
async function builtInTask(file: string): Promise<string | undefined> {
  const { dir, name } = path.parse(realpathSync(file))
  if (path.relative(realpathSync(builtInFolder), dir) !== '') return undefined
  return (await loadCatalogue()).get(name)?.name
}
