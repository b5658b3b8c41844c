import assert from 'node:assert/strict'
import path from 'node:path'
import { folder } from '../../../test/fixtures/folder.ts'
import { checkFile } from '../check-file.ts'
import type { CheckOptions } from '../check-task.ts'
import type { CheckReport } from '../report.ts'

/** Checks a task file with this source. */
export async function checkSource(
  t: Parameters<typeof folder>[0],
  source: string,
  options?: CheckOptions,
) {
  const dir = await folder(t, { 'mine.mjs': source })
  return checkFile(path.join(dir, 'mine.mjs'), options)
}

/** The check of this name. */
export function find({ checks }: CheckReport, name: string) {
  const found = checks.find((check) => check.name === name)
  assert.ok(found, `no check ${name}`)
  return found
}
