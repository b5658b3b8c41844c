import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figure } from '../rows/row.ts'
import { plot, plotName } from './plot.ts'
import { exampleResults } from './results.fixture.ts'

test('whoever does not see a plot is told its figures', () => {
  const { rows, figures } = exampleResults()
  const { svg } = plot(
    rows[0]!,
    figures.filter(({ row }) => row === 'light'),
  )
  const description = /<desc>(.*)<\/desc>/.exec(svg)?.[1]
  assert.match(svg, /<title>light<\/title>/)
  assert.match(
    description ?? '',
    /^GET \/api\/tasks: Unblock 15,400 requests\/s; bare Fastify \+ BullMQ 23,800 requests\/s \(ratio 0\.64, target ≥ 0\.9, NOT reached\); Flask/,
  )
})

test('a side without samples has no bar, and nothing is drawn nowhere', () => {
  const empty = figure({
    row: 'light',
    measure: 'GET /',
    unit: 'requests/s',
    ours: { name: 'Unblock', samples: [] },
    theirs: { name: 'bare', samples: [] },
    reach: { atLeast: 1 },
  })
  assert.doesNotMatch(plot({ name: 'light', about: 'nothing' }, [empty]).svg, /NaN|Infinity/)
})

test('a name of a row is fit for a file', () => {
  assert.equal(plotName('cost of seeing'), 'cost-of-seeing')
})
