import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { UsageError } from '../../usage-error.ts'
import { files, runsFolder } from './run-files.ts'

const anId = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-/

/** How many runs a mistake lists. */
const listed = 5

/**
 * The folder of a run, by its path, by its id or the end of one in `.unblock/runs`, or `latest`. A run has its
 * `run.json` from when its first trial begins: the latest may be under way, or have been killed.
 *
 * @param options.but runs that are not meant by `latest`
 * @throws {UsageError} that lists the newest runs, where there is no such run, or several
 */
export function findRun(text: string, cwd: string, { but }: { but?: RegExp } = {}): string {
  const runs = join(cwd, runsFolder)
  const ids = idsIn(runs)
  const newest = ids.find((id) => but?.test(id) !== true)
  if (text === 'latest') {
    if (newest === undefined) throw new UsageError(`latest: ${known(ids)}`)
    return join(runs, newest)
  }
  const path = resolve(cwd, text)
  if (isRun(path)) return path
  if (ids.includes(text)) return join(runs, text)
  const ending = text === '' ? [] : ids.filter((id) => id.endsWith(text))
  const [only] = ending
  if (only === undefined)
    throw new UsageError(
      existsSync(path)
        ? `${text}: there is no ${files.run} in it, so it is no run; ${known(ids)}`
        : `"${text}" is no run; ${known(ids)}`,
    )
  if (ending.length > 1)
    throw new UsageError(`"${text}" is the end of several runs: ${list(ending)}; say more of it`)
  return join(runs, only)
}

/** Newest first, without folders in which no run has begun. */
function idsIn(runs: string): string[] {
  if (!existsSync(runs)) return []
  return readdirSync(runs)
    .filter((id) => anId.test(id) && isRun(join(runs, id)))
    .sort()
    .reverse()
}

function isRun(path: string): boolean {
  return existsSync(join(path, files.run))
}

function known(ids: readonly string[]): string {
  if (ids.length === 0) return `there are none in ${runsFolder}; make one: unblock measure`
  return `the newest in ${runsFolder}: ${list(ids)}`
}

function list(ids: readonly string[]): string {
  const more = ids.length > listed ? ` and ${ids.length - listed} more` : ''
  return `${ids.slice(0, listed).join(', ')}${more}`
}
