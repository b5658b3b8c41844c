import assert from 'node:assert/strict'
import { test } from 'node:test'
import { named } from './named.ts'
import { optionsOf, UsageError } from './options.ts'
import { rows } from './rows/index.ts'
import { usage } from './usage.mjs'

const known = { rows: ['light', 'accept'], named: ['refusals', 'page'] }
const asked = (...args: string[]) => optionsOf(args, known)
const says = (message: RegExp) => (error: unknown) =>
  error instanceof UsageError && message.test(error.message)

test('without arguments, all rows are measured in full', () => {
  const options = { effort: 'full', only: [], json: false, write: false }
  assert.deepEqual(asked(), { kind: 'rows', options, check: false })
})

test('rows are chosen by name', () => {
  assert.deepEqual(asked('--quick', '--only', 'accept,light', '--check'), {
    kind: 'rows',
    options: { effort: 'quick', only: ['accept', 'light'], json: false, write: false },
    check: true,
  })
  assert.throws(
    () => asked('--only', 'lite'),
    says(/no such row: 'lite'; there are: light, accept/),
  )
  assert.throws(() => asked('--only='), says(/no such row: ''/))
})

test('other benchmarks have a name, of which one is taken', () => {
  const options = { quick: true, json: true }
  assert.deepEqual(asked('page', '--smoke', '--json'), {
    kind: 'named',
    name: 'page',
    options,
    check: false,
  })
  assert.throws(() => asked('pages'), says(/no such benchmark: pages; there are: refusals, page/))
  assert.throws(() => asked('page', 'refusals'), says(/one benchmark at a time/))
  assert.throws(() => asked('page', '--write'), says(/page: --only and --write are for the rows/))
})

test('only the full form is written', () => {
  assert.throws(() => asked('--write', '--quick'), says(/only the full form .* without --quick/))
  assert.throws(() => asked('--smoke', '--write'), says(/only the full form .* without --smoke/))
})

test('what is no option is told in a sentence', () => {
  assert.throws(() => asked('--fast'), says(/^Unknown option '--fast'$/))
  assert.throws(() => asked('--only'), says(/argument missing/))
  assert.throws(() => asked('--quick', '--smoke'), says(/only one of them/))
})

test('the help names every other benchmark', () => {
  assert.equal(asked('-h').kind, 'help')
  const names = [...rows.map(({ name }) => name), ...named.keys()]
  for (const name of names) assert.match(usage, new RegExp(`\\b${name}\\b`))
})
