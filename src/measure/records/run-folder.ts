import { mkdirSync, readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { UsageError } from '../../usage-error.ts'
import { runsFolder } from './run-files.ts'

// All that others need to know of runs on disk.
export { findRun } from './find-run.ts'
export { openLines, readLines } from './lines.ts'
export {
  files,
  readRecords,
  readRun,
  readSamples,
  readSummary,
  runsFolder,
  writeRun,
  writeSummary,
} from './run-files.ts'

/**
 * Makes the folder of a new run: `.unblock/runs/ID` below `cwd`, or `out`. The id begins with the time
 * in UTC, so that names sort by age, and is the same kind of name wherever the folder is.
 *
 * @throws {UsageError} where `out` has something in it, or the folder cannot be made
 */
export function createRunFolder({
  cwd,
  name,
  now,
  out,
  parent = runsFolder,
}: {
  cwd: string
  /** Of the scenario. */
  name: string
  now: Date
  out?: string | undefined
  /** In which ids are made, seen from `cwd`. */
  parent?: string
}): { id: string; path: string } {
  const id = `${now.toISOString().slice(0, 19).replaceAll(':', '-')}-${asFileName(name)}`
  try {
    if (out !== undefined) return { id, path: emptyFolder(resolve(cwd, out), out) }
    const runs = join(cwd, parent)
    mkdirSync(runs, { recursive: true })
    return newFolder(runs, id)
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error)) throw error
    throw new UsageError(`cannot make a folder for the run: ${error.message}`)
  }
}

function emptyFolder(path: string, asTyped: string): string {
  mkdirSync(path, { recursive: true })
  if (readdirSync(path).length > 0)
    throw new UsageError(`--out ${asTyped}: there is something in it already; name an empty folder`)
  return path
}

/** Several runs may begin within a second: the making itself decides whose the name is. */
function newFolder(parent: string, id: string): { id: string; path: string } {
  for (let n = 1; ; n++) {
    const path = join(parent, n === 1 ? id : `${id}-${n}`)
    try {
      mkdirSync(path)
      return { id: basename(path), path }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}

function asFileName(name: string): string {
  return name.replaceAll(/[^\w.-]+/g, '-') || 'run'
}
