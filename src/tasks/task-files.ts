import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { firstLine } from '../load-error.ts'
import type { Task } from './define.ts'
import { resolveFor } from './resolve.ts'

/** A user's task file that is not right: one line that names it and says what would be. */
export class TaskFileError extends Error {
  readonly file: string
  constructor(file: string, mistake: string, options?: ErrorOptions) {
    super(`${file}: ${mistake}`, options)
    this.name = 'TaskFileError'
    this.file = file
  }
}

export interface TaskFile {
  /** The folder as it was given, and the file in it; or the file as it was given. */
  file: string
  task: Task
}

/**
 * Imports the tasks of a folder, in the order of their file names.
 * @param oneFile `place` may be a single file, too
 * @throws {TaskFileError}
 */
export async function loadTaskFiles(place: string, oneFile = false): Promise<TaskFile[]> {
  if (oneFile && (await isFile(place))) return [await loadTaskFile(place)]
  const names = (await taskFileNames(place)).sort()
  resolveFor(place)
  const found: TaskFile[] = []
  for (const name of names) found.push(await importTask(path.join(place, name)))
  return found
}

/**
 * Imports the task of one file, where it is: its relative imports work.
 * @throws {TaskFileError} also where a folder with this file in it would be loaded without it
 */
export async function loadTaskFile(file: string): Promise<TaskFile> {
  if (!isTaskFile(path.basename(file)))
    throw new TaskFileError(
      file,
      'is no task file: its name must end in .ts, .js or .mjs, not in .test.ts or .d.ts, and not start with _ or .',
    )
  resolveFor(path.dirname(file))
  return importTask(file)
}

async function importTask(file: string): Promise<TaskFile> {
  const exported = await importDefault(file)
  const mistake = shapeMistake(exported)
  if (mistake !== undefined) throw new TaskFileError(file, mistake)
  return { file, task: exported as Task }
}

async function isFile(place: string): Promise<boolean> {
  return (await stat(place).catch(() => undefined))?.isFile() ?? false
}

async function taskFileNames(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter((each) => !each.isDirectory() && isTaskFile(each.name)).map((e) => e.name)
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const why = missing ? 'there is no such folder' : `is not a folder that can be read`
    throw new TaskFileError(folder, `${why}; TASKS_DIR must be one that holds tasks`, {
      cause: error,
    })
  }
}

function isTaskFile(name: string): boolean {
  return /^[^._].*\.(ts|js|mjs)$/.test(name) && !/\.(test|d)\.\w+$/.test(name)
}

async function importDefault(file: string): Promise<unknown> {
  let module: { default?: unknown }
  try {
    module = await import(pathToFileURL(path.resolve(file)).href)
  } catch (error) {
    throw new TaskFileError(file, `does not load: ${firstLine(error)}`, { cause: error })
  }
  return module.default
}

/** What is wrong with an exported value as a task, but for its schema. */
function shapeMistake(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0)
    return 'must export a task: export default defineTask({ … })'
  const { name, summary, params, run, cost, timeoutMs } = value as Record<keyof Task, unknown>
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]{0,62}$/.test(name))
    return `name: must be lower case letters, digits and dashes, such as 'word-count'`
  if (typeof summary !== 'string' || !/^.{1,200}$/.test(summary))
    return 'summary: must be one line of at most 200 characters that says what the task computes'
  if (typeof params !== 'object' || params === null)
    return 'params: must be the schema of an object, such as Type.Object({ … })'
  if (typeof run !== 'function') return 'run: must be a function (params, { progress, signal })'
  if (cost !== undefined && typeof cost !== 'function')
    return 'cost: must be a function (params) that estimates CPU milliseconds, or left out'
  if (timeoutMs !== undefined && !(Number.isSafeInteger(timeoutMs) && (timeoutMs as number) > 0))
    return 'timeoutMs: must be a whole number of milliseconds above 0, or left out'
  return undefined
}
