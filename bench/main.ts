import { named } from './named.ts'
import { type Asked, optionsOf, UsageError } from './options.ts'
import { rows } from './rows/index.ts'
import { checkReadme } from './show/readme.ts'
import { sideBySide } from './side-by-side.ts'
import { usage } from './usage.mjs'

/**
 * `npm run bench`: Unblock beside its peers, on one machine, in turn, round after round; a figure is the ratio
 * of medians. `npm run bench -- NAME`: one of those in `named.ts`. `usage.mjs` says the options.
 */

try {
  const asked = optionsOf(process.argv.slice(2), {
    rows: rows.map(({ name }) => name),
    named: [...named.keys()],
  })
  if (asked.kind === 'rows' && asked.options.write) checkWrite()
  if (asked.kind === 'help') console.log(usage)
  else if (!(await isMet(asked)) && asked.check) process.exitCode = 1
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`bench: ${error.message}\nnpm run bench -- --help says what there is.`)
  process.exitCode = 2
}

function isMet(asked: Exclude<Asked, { kind: 'help' }>): Promise<boolean> {
  return asked.kind === 'rows' ? sideBySide(asked.options) : named.get(asked.name)!(asked.options)
}

/** Half an hour of measuring is not to end with what could have been known before. */
function checkWrite(): void {
  try {
    checkReadme()
  } catch (error) {
    throw new UsageError(`--write: ${(error as Error).message}`)
  }
}
