import { parseArgs } from 'node:util'
import { named } from './named.ts'
import { rows } from './rows/index.ts'
import { sideBySide } from './side-by-side.ts'

/**
 * `npm run bench`: Unblock beside its peers, on one machine, in turn, round after round; a figure is the ratio
 * of medians. `npm run bench -- NAME`: one of those in `named.ts`. `--quick` is short, `--smoke` only shows that
 * it runs; `--only light,accept`: those rows; `--json` prints the figures only; `--write` puts them into the
 * README; `--check` exits with 1 where a figure misses its target.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
})
const { quick, smoke, json, write, check } = values
const only = values.only.split(',').filter((name) => name !== '')
const [name, ...others] = positionals
const bench = named.get(name ?? '')
const knownRows = rows.map((row) => row.name)
const unknownRow = only.find((each) => !knownRows.includes(each))

if (others.length > 0 || (name !== undefined && bench === undefined)) {
  const known = [...named.keys()].join(', ')
  console.error(`no such benchmark: ${positionals.join(' ')}; there are: ${known}`)
  process.exitCode = 2
} else if (unknownRow !== undefined) {
  console.error(`--only: no such row: ${unknownRow}; there are: ${knownRows.join(', ')}`)
  process.exitCode = 2
} else {
  const effort = smoke ? 'smoke' : quick ? 'quick' : 'full'
  const isMet =
    bench === undefined
      ? await sideBySide({ effort, only, json, write })
      : await bench({ quick: quick || smoke, json })
  if (check && !isMet) process.exitCode = 1
}
