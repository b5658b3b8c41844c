import { statSync } from 'node:fs'
import path from 'node:path'
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
  try {
    return { ...(await checkTask({ file: absolute }, options)), file }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new UsageError(error.message.replaceAll(absolute, file))
  }
}
