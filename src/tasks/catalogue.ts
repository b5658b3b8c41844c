import type { TObject } from 'typebox'
import { costMistake } from './cost.ts'
import type { Task } from './define.ts'
import mandelbrot from './mandelbrot.ts'
import password from './password.ts'
import primes from './primes.ts'
import { loadTaskFiles, TaskFileError } from './task-files.ts'

export { TaskFileError } from './task-files.ts'

/** The tasks that can be asked for. It never changes once loaded. */
export interface Catalogue {
  /** The built-in tasks, then the user's own by file name. */
  list(): readonly Task[]
  get(name: string): Task | undefined
  /** What runs when a request names none. */
  readonly default: Task
}

interface LoadOptions {
  /**
   * Also checks the schemas of the user's tasks, and their costs. It takes Ajv, tens of milliseconds to load, so the
   * main process does it, once, and its threads do not.
   */
  check?: boolean
  /**
   * Whether `tasksDir` may be a single file. A process that serves says no; a thread need not say: it loads
   * what its process has let in.
   */
  oneFile?: boolean
}

const builtIn = [primes, mandelbrot, password].map(closed)

/**
 * Loads the built-in tasks and those of a folder: the default exports of its `.ts`, `.js` and `.mjs`
 * files, but not of subfolders, tests, declarations, and files that start with `_` or `.`.
 *
 * @param tasksDir the user's folder, or one file of it; '' for none
 * @throws {TaskFileError} one line that names the file and what would be right
 */
export async function loadCatalogue(
  tasksDir = '',
  { check = false, oneFile = !check }: LoadOptions = {},
): Promise<Catalogue> {
  const tasks = new Map(builtIn.map((task) => [task.name, task]))
  const files = new Map<string, string>()
  for (const { file, task } of tasksDir === '' ? [] : await loadTaskFiles(tasksDir, oneFile)) {
    if (tasks.has(task.name)) {
      const holder = files.get(task.name) ?? 'a built-in task'
      throw new TaskFileError(file, `name: '${task.name}' is taken by ${holder}`)
    }
    if (check) await checkTask(file, task)
    files.set(task.name, file)
    tasks.set(task.name, closed(task))
  }
  const list = Object.freeze([...tasks.values()])
  return Object.freeze({
    list: () => list,
    get: (name: string) => tasks.get(name),
    default: list[0]!,
  })
}

async function checkTask(file: string, task: Task): Promise<void> {
  const { paramsMistake } = await import('./params-check.ts')
  const mistake = paramsMistake(task.params) ?? costMistake(task)
  if (mistake !== undefined) throw new TaskFileError(file, mistake)
}

/**
 * With the schema as clients need it, so that its author need not think of it: unknown fields are
 * refused, and a parameter that has a default can be left out.
 */
function closed(task: Task): Task {
  const { name, summary, params, timeoutMs } = task
  const hasDefault = (param: string) => 'default' in (params.properties[param] ?? {})
  const required: string[] = (params.required ?? []).filter((param) => !hasDefault(param))
  return Object.freeze({
    name,
    summary,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    params: Object.freeze({
      ...params,
      required,
      additionalProperties: false,
    }) as unknown as TObject,
    ...(task.cost === undefined ? {} : { cost: task.cost.bind(task) }),
    run: task.run.bind(task),
  })
}
