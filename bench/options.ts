import { parseArgs } from 'node:util'
import type { SideBySideOptions } from './side-by-side.ts'

/** What is asked for: rows side by side, one of the named benchmarks, or help. */
export type Asked =
  | { kind: 'rows'; options: SideBySideOptions; check: boolean }
  | { kind: 'named'; name: string; options: { quick: boolean; json: boolean }; check: boolean }
  | { kind: 'help' }

/** What was wrong with the arguments, in a sentence for people. */
export class UsageError extends Error {}

const flag = { type: 'boolean', default: false } as const

/**
 * @param known what there is: names of rows and of the other benchmarks
 * @throws {UsageError}
 */
export function optionsOf(
  args: readonly string[],
  known: { rows: readonly string[]; named: readonly string[] },
): Asked {
  const { values, positionals } = parsed(args)
  const { quick, smoke, json, write, check } = values
  if (values.help) return { kind: 'help' }
  if (quick && smoke) throw new UsageError('--quick and --smoke: only one of them')
  if (write && (quick || smoke))
    throw new UsageError(
      `--write: only the full form is written: without --${quick ? 'quick' : 'smoke'}`,
    )
  const [name, ...others] = positionals
  if (others.length > 0) throw new UsageError(`one benchmark at a time: ${positionals.join(' ')}`)
  if (name === undefined) {
    const effort = smoke ? 'smoke' : quick ? 'quick' : 'full'
    const only = rowsOf(values.only, known.rows)
    return { kind: 'rows', options: { effort, only, json, write }, check }
  }
  if (!known.named.includes(name))
    throw new UsageError(`no such benchmark: ${name}; there are: ${known.named.join(', ')}`)
  if (write || values.only !== undefined)
    throw new UsageError(`${name}: --only and --write are for the rows of the table`)
  return { kind: 'named', name, options: { quick: quick || smoke, json }, check }
}

/** @returns names of rows; none for all */
function rowsOf(only: string | undefined, known: readonly string[]): string[] {
  if (only === undefined) return []
  const names = only.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new UsageError(`--only: no such row: '${unknown}'; there are: ${known.join(', ')}`)
  return names
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        quick: flag,
        smoke: flag,
        only: { type: 'string' },
        json: flag,
        write: flag,
        check: flag,
        help: { ...flag, short: 'h' },
      },
    })
  } catch (error) {
    // Its sentences go on with advice that is about Node's own options.
    throw new UsageError((error as Error).message.split(/\. |\n/)[0])
  }
}
